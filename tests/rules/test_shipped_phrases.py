"""The shipped forbidden wordings on sentences that are none of their examples."""

import pytest

import csqa
from csqa.rules.phrase_hits import judge

FORBIDDEN = (
    "这个真不知道",
    "不晓得呢",
    "我这边也说不准",
    "查不到您的信息",
    "没辙了",
    "这个我们做不了",
    "没有办法给您处理",
    "无法为您办理",
    "不能给您退",
    "我哪知道",
    "我怎么知道",
    "谁知道呢",
    "这我哪清楚",
    "不了解这个活动",
    "没听说过这个活动",
    "这不归我管",
    "不关我们的事",
    "你去找厂家吧",
    "你急什么",
    "急什么急",
    "说了多少遍了",
    "都说了不行",
    "你能不能看清楚再问",
    "你听不懂吗",
    "你到底要不要买",
    "爱买不买",
    "随便你",
    "这是你自己的问题",
    "谁让你不看清楚",
    "我保证今天一定到",
    "百分百能退",
    "把验证码发给我",
    "密码是多少",
    "告诉我您的支付密码",
    "不知道，你问别人吧",
    "不行就是不行",
    "没办法，规定就是这样",
    "办不了",
    "解决不了",
    "爱莫能助",
    "不可能给你退",
)
ALLOWED = (
    "客户说不知道密码",
    "不知道您方便接听电话吗？",
    "不知道您现在方便吗",
    "不知道这样可以吗",
    "我不是不知道您的心情",
    "您不清楚的话可以看下页面",
    "不清楚的可以再问我",
    "图片不清楚，请重发",
    "字看不太清楚",
    "我明白您不知道怎么操作的心情",
    "不知道是不是您本人操作的呢",
    "不知道还有什么可以帮您",
    "如果没有办法安装，我们安排师傅",
    "万一没法签收可以放驿站",
    "不然没办法给您退款",
    "取消以后就没法恢复了",
    "您没法登录吗",
    "是不是没法打开",
    "师傅说没法安装",
    "系统没有办法识别",
    "我们不可能不管您的",
    "我不能让您白跑一趟",
    "您看看有没有办法拍个照",
    "没有办法的话您联系我",
    "想问问您这边没法收货是什么原因",
    "我保证会认真对待",
    "我们一定尽快处理",
    "您的密码请不要告诉别人",
    "请您自己在页面输入验证码",
    "为了您的账户安全，请勿泄露密码",
    "验证码请您自行输入，不用告诉我",
    "您自己选择喜欢的颜色就好",
    "您自己也可以查看物流",
    "已经跟您说明过退款时间，请您留意",
    "这不是您的问题，是我们的错",
    "我不太确定您说的是哪一款，您能发个图吗",
    "不好意思让您不清楚规则了",
    "我们保证正品",
    "客户不能取消订单吗",
    "这个不能退吗？我帮您看看",
    "没法律问题",
    "我们的法定保修是一年",
)


def found(text):
    rules = csqa.read_phrases().in_force()
    hits = {rule.id: judge(rule, [("agent", text)]) for rule in rules if rule.kind == "forbid"}
    return {id_ for id_, own in hits.items() if own}


@pytest.mark.parametrize("text", FORBIDDEN)
def test_is_found(text):
    assert found(text)


@pytest.mark.parametrize("text", ALLOWED)
def test_is_let_pass(text):
    assert found(text) == set()


@pytest.mark.parametrize("text", FORBIDDEN)
def test_is_a_customers_own_affair(text):
    rules = csqa.read_phrases().in_force()
    forbidden = [rule for rule in rules if rule.kind == "forbid"]
    assert not any(judge(rule, [("customer", text)]) for rule in forbidden)
