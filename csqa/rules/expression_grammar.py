"""The grammar of expressions: tokens in, a tree out. What it does not know, it refuses.

    either    := both (OR both)*
    both      := negated (AND negated)*
    negated   := NOT negated | predicate
    predicate := sum [compare sum | IS [NOT] NULL | [NOT] IN (literals) | [NOT] BETWEEN sum AND sum]
    sum       := product ((+ | -) product)*
    product   := signed ((* | /) signed)*
    signed    := - signed | atom
    atom      := number | text | TRUE | FALSE | NULL | column | function(either, …)
               | CASE (WHEN either THEN either)+ [ELSE either] END | (either)

A parser of our own: whatever is not written here cannot be said, on whichever engine.
"""

from collections.abc import Callable, Sequence

from csqa.rules.expression_tokens import Token, quote
from csqa.rules.expression_tree import ARGUMENTS, MOST_DEPTH, Node, Stop

COMPARISONS = ("=", "<>", "<=", ">=", "<", ">")


def parse_tokens(tokens: Sequence[Token]) -> Node:
    """Build the tree.

    Raises
    ------
    Stop
        At the first token that does not fit.

    Examples
    --------
    >>> from csqa.rules.expression_tokens import list_tokens
    >>> tree = parse_tokens(list_tokens("csat + 2 * nps", {}))
    >>> tree.operator, tree.arguments[1].operator
    ('+', '*')
    """
    parser = _Parser(tokens)
    tree = parser.either()
    if parser.token.kind != "end":
        raise parser.unexpected(wanted="算式应到此结束，或接运算符")
    return tree


class _Parser:
    """One pass from left to right."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self._tokens[self._next]

    def either(self) -> Node:
        return self._chain(self._both, "OR")

    def unexpected(self, wanted: str) -> Stop:
        """The fault of the next token."""
        token = self.token
        if token.kind == "end":
            return Stop(token.position, f"算式没有写完：{wanted}")
        return Stop(token.position, f"{quote(token.value)} 的位置不对：{wanted}")

    def _both(self) -> Node:
        return self._chain(self._negated, "AND")

    def _negated(self) -> Node:
        at = self.token.position
        if self._take("NOT"):
            return self._node("NOT", [self._inner(self._negated)], at)
        return self._predicate()

    def _predicate(self) -> Node:
        left, at = self._sum(), self.token.position
        for sign in COMPARISONS:
            if self._take(sign, "sign"):
                return self._node(sign, [left, self._sum()], at)
        if self._take("IS"):
            negated = "IS NOT NULL" if self._take("NOT") else "IS NULL"
            self._expect("NULL")
            return self._node(negated, [left], at)
        negated = "NOT " if self._take("NOT") else ""
        if self._take("IN"):
            return self._node(f"{negated}IN", [left, *self._literals()], at)
        if self._take("BETWEEN"):
            low = self._sum()
            self._expect("AND")
            return self._node(f"{negated}BETWEEN", [left, low, self._sum()], at)
        if negated:
            raise self.unexpected(wanted="这里应为 IN 或 BETWEEN")
        return left

    def _literals(self) -> list[Node]:
        self._expect("(", "sign")
        listed = [self._literal()]
        while self._take(",", "sign"):
            listed.append(self._literal())
        self._expect(")", "sign")
        return listed

    def _literal(self) -> Node:
        literal = self._signed()
        bare = literal.arguments[0] if literal.operator == "negative" else literal
        if bare.operator not in ("number", "text", "flag"):
            raise Stop(literal.position, "IN 的括号里只能是数、文字、TRUE 和 FALSE")
        return literal

    def _sum(self) -> Node:
        return self._chain(self._product, "+", "-", kind="sign")

    def _product(self) -> Node:
        return self._chain(self._signed, "*", "/", kind="sign")

    def _chain(self, part: Callable[[], Node], *operators: str, kind: str = "word") -> Node:
        """Operators of one rank, from left to right."""
        left = part()
        while self.token.kind == kind and self.token.value in operators:
            operator = self._read()
            left = self._node(operator.value, [left, part()], operator.position)
        return left

    def _signed(self) -> Node:
        at = self.token.position
        if self._take("-", "sign"):
            return self._node("negative", [self._inner(self._signed)], at)
        return self._atom()

    def _atom(self) -> Node:
        token = self.token
        if token.kind == "number":
            return Node("number", value=float(self._read().value), position=token.position)
        if token.kind in ("text", "column"):
            return Node(token.kind, value=self._read().value, position=token.position)
        if token.kind == "function":
            return self._call()
        if self._take("("):
            inside = self._inner(self.either)
            self._expect(")", "sign")
            return inside
        if self._take("CASE"):
            return self._inner(lambda: self._case(token.position))
        if self._take("NULL"):
            return Node("null", position=token.position)
        if token.value in ("TRUE", "FALSE") and token.kind == "word":
            return Node("flag", value=self._read().value == "TRUE", position=token.position)
        raise self.unexpected(wanted="这里应为列、数、文字、函数或括号")

    def _call(self) -> Node:
        name = self._read()
        self._expect("(", "sign")
        arguments = [self._inner(self.either)]
        while self._take(",", "sign"):
            arguments.append(self._inner(self.either))
        self._expect(")", "sign")
        least, most = ARGUMENTS[name.value]
        if not least <= len(arguments) <= most:
            asked = f"{least}" if least == most else f"{least} 到 {most}"
            told = f"{name.value} 要 {asked} 个参数，这里有 {len(arguments)} 个"
            raise Stop(name.position, told)
        return self._node(name.value, arguments, name.position)

    def _case(self, at: int) -> Node:
        """What follows CASE; without an ELSE it is NULL."""
        listed = []
        while self._take("WHEN"):
            listed.append(self.either())
            self._expect("THEN")
            listed.append(self.either())
        if not listed:
            raise self.unexpected(wanted="CASE 后面应为 WHEN")
        listed.append(self.either() if self._take("ELSE") else Node("null", position=at))
        self._expect("END")
        return self._node("CASE", listed, at)

    def _inner(self, part: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise Stop(self.token.position, f"嵌套太深（最多 {MOST_DEPTH} 层）")
        node = part()
        self._depth -= 1
        return node

    def _node(self, operator: str, arguments: list[Node], at: int) -> Node:
        node = Node(operator, tuple(arguments), position=at)
        if node.height > MOST_DEPTH:
            raise Stop(at, f"嵌套或连写的运算太多（最多 {MOST_DEPTH} 层）")
        return node

    def _read(self) -> Token:
        token = self.token
        self._next += 1
        return token

    def _take(self, value: str, kind: str | None = None) -> bool:
        """Read the token if it is this one; a text that says the same is none."""
        token = self.token
        fits = token.value == value and token.kind in ((kind,) if kind else ("word", "sign"))
        self._next += fits
        return fits

    def _expect(self, value: str, kind: str = "word") -> None:
        if not self._take(value, kind):
            raise self.unexpected(wanted=f"这里应为 {value}")
