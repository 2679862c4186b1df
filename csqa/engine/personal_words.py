r"""What names a person and is no number: mail, plates, WeChat and QQ, names, postal addresses.

Names and addresses are found where words announce them (我叫…, 收货人…, …先生; a street with a
house number); a name on its own is not.
"""

import re
from collections.abc import Iterator

from csqa.engine.personal_runs import TURN_END, UNSEEN, Hit

_LOCAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-"
_SEEN_THROUGH = "".join(
    chr(code)
    for part in re.findall(r".-.|.", UNSEEN)
    for code in range(ord(part[0]), ord(part[-1]) + 1)
)
_LONGEST_LOCAL = 64  # RFC 5321, 4.5.3.1.1
_AT = ("@", "(at)", "[at]", "（at）", "【at】", "(AT)", "[AT]")
"""The sign of mail addresses, and how it is written against programs that look for it."""
_LABEL = rf"[A-Za-z0-9\-{UNSEEN}]{{1,63}}+"
_DOMAIN = re.compile(
    rf"[ {UNSEEN}]{{0,3}}(?:{_LABEL}[.．。点]){{1,5}}[{UNSEEN}]*+[A-Za-z]{{2,24}}+"
)

_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    r"[ ·•\-]?[A-HJ-NP-Z][ ·•\-.]{0,2}"
    r"(?:[A-HJK]\d{5}|[A-HJK][A-HJ-NP-Z]\d{4}|\d{5}[A-HJK]"
    r"|[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳])(?!\d)(?=([A-Za-z])?)",
    re.IGNORECASE,
)  # GA 36-2018
_DIGITS_OF_PLATE = 3, 4
"""At least, of the places after the city's letter, and where a word goes on: 新R17Pro is none."""
_IS = rf"(?:号码?|账号|帐号|id)?[\s:：是为={TURN_END}]{{0,4}}"
_APP = r"(?:微信|薇信|威信|V信|(?<![A-Za-z])(?:vx|wx|wechat|weixin)(?![A-Za-z])|加我|加V(?!IP))"
_IDS = (
    ("qq", rf"(?<!\[)(?:QQ|扣扣|企鹅号?){_IS}([1-9]\d{{4,11}})(?!\d)"),
    ("wechat", rf"{_APP}(?:我的?)?(?:号码?|账号|帐号|id|[\s:：是为=]){_IS}([a-z][\w\-]{{5,19}})"),
    ("wechat", rf"{_APP}(?=[a-z_\-]*\d|[a-z]+[_\-])([a-z][a-z0-9_\-]{{5,19}})"),
    ("wechat", rf"{_APP}{_IS}([1-9]\d{{5,11}})(?!\d)"),
)
_ID_RULES = [(kind, re.compile(rule, re.ASCII | re.IGNORECASE)) for kind, rule in _IDS]
_MAY_BE_ID = re.compile("[微薇威加vVwWqQ扣企][信我xXeEqQ扣鹅vV]")
"""Where an id may be announced; looked for first, for the rules themselves are slow to fail."""

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕"
    "丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武"
    "钱戴严莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁符舒"
    "阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游靳辛管柴蒙鲍华喻祁房滕屈饶解牟艾尤阳穆农司卓古吉"
    "缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬邝隋栾"
)
_COMPOUND = "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|司徒|令狐|夏侯|南宫"
_GIVEN = (
    r"(?:(?![我你您他她的是在要想了就有和与跟电手号地邮这那吗呢啊吧呀先女额苦能])[\u4e00-\u9fff])"
)
_NAME = rf"(?:{_COMPOUND}|[{_SURNAMES}])"
_INTRODUCED = re.compile(
    rf"(?:我叫|我的?名字[是叫]|姓名|收货人|收件人|寄件人|联系人|户名|持卡人|机主|名字[是叫:：])"
    rf"(?:姓名|名字)?[\s:：是为叫={TURN_END}]{{0,4}}({_NAME}{_GIVEN}{{1,2}})"
)
_POLITE = re.compile(r"先生|女士(?![\u4e00-\u9fff]{0,2}[包鞋表衫装裤裙款])|小姐(?!姐)")
_ADDRESSED = re.compile(rf"(?<![对关由属至等善男新])({_NAME}{_GIVEN}{{0,2}})\Z")
_ENGLISH = re.compile(
    r"(?:(?i:my (?:full )?name(?: is|'s)|name:|this is|call me|I am|I'm)\s{1,2}"
    r"|(?:Mr|Mrs|Ms|Miss|Dr)\.? )([A-Z][a-z'’\-]{1,20}(?: [A-Z][a-z'’\-]{1,20}){0,2})"
)
_MAY_BE_ENGLISH = re.compile(r"[mMnNtTcCiID](?<![A-Za-z].)[yarshRSI' ]")
_ENGLISH_SINGLE = re.compile(r"(?i:this is|I am|I'm)\s")
"""Words after which one capitalised word is no name yet (“I am Chinese”)."""
_STREET = re.compile(
    r"(?:路|街|大道|巷|弄|村|小区|花园|苑|公寓|大厦|广场|新村|社区|镇|园区?)[东南西北中]?"
    r"(?:[一二三四五六七八九十]期|[一二三四五六七八九十\d]{1,3}[区段])?\d{1,5}"
    r"(?:号院?|弄|栋|幢|号楼|座|单元|室)"
    r"(?:[\u4e00-\u9fff]{0,10}?[A-Za-z]?\d{1,5}(?:号楼?|栋|幢|座|单元|楼|层|室|房|户)){0,4}"
    r"(?:-\d{1,4}(?!\d))?"
)
_REGION = re.compile(r"[\u4e00-\u9fff\d]{1,40}\Z")
_FIRST = re.compile(r"(?:[\u4e00-\u9fff]{2,6}(?:省|自治区|市|区|县)|[\u4e00-\u9fff]{2,4}镇)")


def find_words(text: str) -> Iterator[Hit]:
    """Find what names a person and is no number.

    Parameters
    ----------
    text : str
        Messages, with separators between them that are no letters.

    Yields
    ------
    Hit
        ``email``, ``plate``, ``wechat``, ``qq``, ``name``, ``suspect_address``; they may overlap.
    """
    yield from find_mails(text)
    for found in _PLATE.finditer(text):
        if sum(map(str.isdecimal, found[0])) < _DIGITS_OF_PLATE[found[1] is not None]:
            continue
        yield Hit(*found.span(), "plate", re.sub(r"[^\w]", "", found[0]).upper())
    yield from _find_ids(text)
    yield from _find_names(text)
    for found in _STREET.finditer(text):
        start = _region_before(text, found.start())
        yield Hit(start, found.end(), "suspect_address", text[start : found.end()])


def find_mails(text: str) -> Iterator[Hit]:
    """Find mail addresses, from each @ to both sides: linear whatever stands around it."""
    for mark in _AT:
        at = text.find(mark)
        while at >= 0:
            if found := _mail_at(text, at, mark):
                yield found
            at = text.find(mark, at + 1)


def _mail_at(text: str, at: int, mark: str) -> Hit | None:
    before = text[max(0, at - 2 * _LONGEST_LOCAL) : at]
    local = before.rstrip(" ")[-2 * _LONGEST_LOCAL :]
    kept = local.rstrip(_LOCAL + _SEEN_THROUGH)
    own = local[len(kept) :].lstrip(_SEEN_THROUGH + ".")
    domain = _DOMAIN.match(text, at + len(mark))
    if not (domain and own.strip(_SEEN_THROUGH) and len(before) - len(before.rstrip(" ")) <= 2):
        return None
    start = at - len(before) + len(local) - len(own)
    written = f"{text[start:at]}@{text[at + len(mark) : domain.end()]}"
    value = re.sub(rf"[ {UNSEEN}]", "", written).casefold()
    return Hit(start, domain.end(), "email", re.sub("[．。点]", ".", value))


def _find_ids(text: str) -> Iterator[Hit]:
    for place in _MAY_BE_ID.finditer(text):
        for kind, rule in _ID_RULES:
            if found := rule.match(text, place.start()):
                yield Hit(*found.span(1), kind, found[1].casefold())
                break


def _find_names(text: str) -> Iterator[Hit]:
    for found in _INTRODUCED.finditer(text):
        yield Hit(*found.span(1), "name", found[1])
    for place in _POLITE.finditer(text):
        if addressed := _ADDRESSED.search(text, max(0, place.start() - 4), place.start()):
            yield Hit(*addressed.span(1), "name", addressed[1])
    for place in _MAY_BE_ENGLISH.finditer(text):
        named = _ENGLISH.match(text, place.start())
        if named and (" " in named[1] or not _ENGLISH_SINGLE.match(named[0])):
            yield Hit(*named.span(1), "name", named[1].casefold())


def _region_before(text: str, start: int) -> int:
    """Where the province, city or district before a street begins; else the street's own name."""
    before = _REGION.search(text, max(0, start - 40), start)
    if before is None:
        return start
    first = _FIRST.search(text, before.start(), start)
    return first.start() if first else max(before.start(), start - 4)
