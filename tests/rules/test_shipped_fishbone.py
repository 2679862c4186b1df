"""The shipped causes on sentences that are none of their examples, in many trades."""

import pytest

from csqa.engine.cause_scan import scan_texts

FOUND = {
    "营业员一问三不知，办个宽带跑了三趟": "product_knowledge",
    "前台的服务员爱答不理": "service_attitude",
    "客服语气很冲，直接挂我电话": "service_attitude",
    "店长说话不算数": "promise_not_kept",
    "柜员把我的名字登记错了": "careless_handling",
    "银行让我找运营商，运营商让我找银行": "handover",
    "理赔申请交了一个月还没处理": "slow_handling",
    "约好上午上门，结果师傅没来": "appointment",
    "报修以后石沉大海": "no_follow_up",
    "拍下一周了还没发货": "delivery",
    "外卖送得太慢，汤都洒了": "delivery",
    "纸箱烂得不成样子": "delivery",
    "上门费高得离谱": "charges",
    "莫名其妙扣了我二十块会员费": "charges",
    "开封后就不给退": "returns_policy",
    "才买三天就降价两百": "price_policy",
    "满减券用不了，套路太多": "price_policy",
    "洗衣机用了一周就坏了": "quality_defect",
    "毛衣洗一次就起球": "quality_defect",
    "房间里有霉味": "quality_defect",
    "发动机异响": "quality_defect",
    "空调前后修了三次": "repeated_failure",
    "手机信号差，游戏也卡": "performance",
    "橙子又小又酸，太难吃": "performance",
    "箱子里少了两个螺丝": "missing_parts",
    "小程序一直打不开": "system_failure",
    "热线永远占线": "unreachable",
    "显示已签收，我根本没收到": "status_delay",
    "和图片完全是两样": "wrong_information",
    "怀疑是假货": "wrong_information",
    "优惠规则写得不清楚": "unclear_explanation",
    "一会儿说三天，一会儿说七天": "conflicting_answers",
    "下单时没有说明要另加钱": "not_told",
    "韵达快递太差劲": "logistics",
    "附近没有售后网点": "third_party",
    "赶上双十一，等了十天": "peak_season",
    "尺码是我自己拍错了": "customer_side",
}
NOTHING = (
    "质量很好，没有色差",
    "用了两年都没坏",
    "一点也不卡，很流畅",
    "房间安静，没有异味",
    "客服耐心，服务周到",
    "物流很快，包装完好",
    "价格实惠，不贵",
    "如果坏了可以换吗",
    "会不会掉色",
    "没有推诿，当场解决",
    "不是假货，放心",
    "安装师傅没有乱收费",
    "我想问一下怎么退货",
    "请问几天能到",
    "好的谢谢",
    "这款有没有大号",
    "您好，我想开发票",
    "从小吃到大的味道",
    "银行卡已经绑定好了",
    "降噪效果很好",
    "",
)


@pytest.mark.parametrize("text", FOUND)
def test_the_cause_is_found(text):
    assert FOUND[text] in {hit.cause for hit in scan_texts([text])[0]}


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_is_found(text):
    assert [(hit.cause, text[hit.start : hit.end]) for hit in scan_texts([text])[0]] == []


def test_mixed_reviews_are_tagged_by_what_is_wrong():
    (hits,) = scan_texts(["质量不错，客服热情，就是安装费贵"])
    assert {hit.cause for hit in hits} == {"charges"}
