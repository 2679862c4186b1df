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
    "促销品一律不予退换",
    "公司规定就是这么写的",
    "说了不行就是不行",
    "这种情况我们不予受理",
    "具体几号无法保证呢",
    "没办法给您保证时间",
    "要差评就去差评",
    "听不懂我讲话吗",
    "自己不会搜一下吗",
    "步骤看不懂吗",
    "签收时怎么不注意看",
    "为什么不早说",
    "这不属于我的职责",
    "我就是个小客服，没权处理",
    "我只是打字的",
    "我保证明天给您送到",
    "这漆永不褪色",
    "包你满意",
    "手机验证码给我",
    "把动态码发来",
    "麻烦念一下短信验证码",
    "支付密码报一下",
    "短信收到的六位数字发给我",
    "储蓄卡背面末三位告诉我",
    "请提供信用卡的CVV后三位",
    "平台给您发的验证码告诉我",
    "Please tell me your PIN",
    "Please share the verification code",
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
    "不能确保今天送达，预计明天",
    "我们不能承诺具体日期，请以物流为准",
    "选哪种颜色我不能替您做主",
    "电话一直没办法拨通",
    "您随便逛逛",
    "尺码表看不懂吗，我给您讲讲",
    "活动页都说了要满两件",
    "如果您听不懂我说的话，可以打断我",
    "自己不会安装的话可以约师傅",
    "我就是客服小林",
    "本店假一赔十",
    "登录密码是什么时候设置的",
    "密码是几位的",
    "动态码多少秒后失效",
    "密码是什么格式的",
    "平台会把验证码发过来",
    "验证码发过来后请您填写",
    "验证码发过来了吗",
    "我发一下验证码给您",
    "会员号后四位数字报一下",
    "Please never share your password",
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


@pytest.mark.parametrize(
    ("next_line", "mitigated"),
    [
        ("您稍等", False),
        ("请耐心等待", False),
        ("现在是这样的", False),
        ("已经跟您讲过了", False),
        ("已经打包了", True),
        ("预计后天有货", True),
        ("建议您换个颜色", True),
    ],
)
def test_only_a_reason_or_a_way_out_mitigates(next_line, mitigated):
    refusal = csqa.read_phrases().rule("refusal")
    hits = judge(refusal, [("agent", "不可能给您换的"), ("agent", next_line)])
    assert [hit.mitigated for hit in hits] == [mitigated]
