"""What a supervisor would do about each verdict, and why: written by hand, after the incidents.

A verdict that has no line here makes the test fail: it has to be looked at first. In braces stands
what csqa says of a variant: it is filled in when the document is written.
"""

PROCESS, LEARN, NOTHING = "找流程，不找人", "可去学做法", "不据此行动"
FCR, REOPENED, TIME = "first_contact_resolution", "reopened", "resolution_time"

JUDGED = {
    ("team", "46", FCR): (NOTHING, "一位来电人成批报的单子压低了整组；去掉大客户后{light}。"),
    ("team", "64", FCR): (
        NOTHING,
        "两位来电人（1904、290）像是系统或代报账号：同一类问题一天报好几张，几分钟就关。"
        "每张都算“又来了”，数没错，但说的不是服务；去掉大客户后{light}。",
    ),
    ("team", "64", TIME): (
        NOTHING,
        "八成是两位来电人（1904、290）几分钟就关的单子；去掉大客户后{light}，只剩一百来件。不发奖。",
    ),
    ("team", "39", REOPENED): (
        PROCESS,
        "重开时单子多半就在本组，两名主力的重开率相近，问题不在某个人；"
        "只跟同样转派来的单子比，{moved}。抽看这些重开的原因，先不定性。",
    ),
    ("team", "15", TIME): (
        PROCESS,
        "中位数与均值差好几倍：一部分单子挂了半年，最后一天成批关掉。"
        "该问的是谁来清积压、为什么不关，而不是谁慢。件数也少。",
    ),
    ("team", "3", TIME): (
        PROCESS,
        "预期多半由一线台 70 组同类问题的几分钟撑起来，不是同一道工序；"
        "只跟转派来的单子比，{moved}；又有成批关单。请组长逐件过超过 100 天的单子。",
    ),
    ("team", "9", TIME): (
        PROCESS,
        "绝大多数都在等供应商：半年的时长是合同和供应商的事。可以行动：找采购谈时限，"
        "或把等待时间从办结时长里单列。不能算在处理人头上。"
        "csqa 判“{verdict}”，是因为组与组本来就差得多；事由却最清楚。",
    ),
    ("agent_id", "134", FCR): (
        NOTHING,
        "近一半是两位来电人（4166、4414）反复报的；去掉大客户后{light}。",
    ),
    ("agent_id", "214", FCR): (
        NOTHING,
        "同组能比的只有 134、84：134 被大客户拉低，“同类”也就低了。去掉大客户后{light}。不表扬。",
    ),
    ("agent_id", "84", FCR): (
        NOTHING,
        "与 214 同因：被来电人拉低的 134 是他的“同类”；去掉大客户后{light}。",
    ),
    ("agent_id", "6", FCR): (
        NOTHING,
        "差在一位来电人（90）；去掉大客户后{light}。他的办结时长却快：同一批快单的两面。",
    ),
    ("agent_id", "115", REOPENED): (
        NOTHING,
        "过半是别人关的单子重开后由他接手：谁收拾，算谁的。按重开时在谁手里算仍偏高，留意即可。",
    ),
    ("agent_id", "13", REOPENED): (
        NOTHING,
        "他关的单子重开后大多到了别人名下。csqa.check 还指出 13 号像多人共用的账号。不表扬。",
    ),
    ("agent_id", "218", TIME): (LEARN, "{lasting}；一线快单，优在当场办结。"),
    ("agent_id", "28", TIME): (
        NOTHING,
        "只算他最后经手的单子才快：按首接人算{first}，办不快的已经转走。",
    ),
    ("agent_id", "30", TIME): (LEARN, "{lasting}，缺值少：最站得住的一条。"),
    ("agent_id", "56", TIME): (NOTHING, "四成没有解决时间，按首接人算{first}。先把登记补齐。"),
    ("agent_id", "6", TIME): (LEARN, "{lasting}；缺值少。"),
    ("agent_id", "73", TIME): (LEARN, "{lasting}，件数够多。"),
}

WATCHED = {
    ("team", "13", FCR): "一位来电人占近一半；n 小",
    ("team", "37", FCR): "“再报”多在上一件解决之前：像一事多单",
    ("team", "58", FCR): "一半由两位来电人解释",
    ("team", "19", TIME): "n 刚过门槛",
    ("team", "31", TIME): "与转派来的单子比：{moved}",
    ("team", "61", TIME): "全组只有一人：不当组的结论用",
    ("team", "70", TIME): "一线台，工序不同；缺解决时间",
    ("agent_id", "110", FCR): "两位来电人占三分之一；n 小",
    ("agent_id", "110", TIME): "与他的一次解决率方向相反；n 小",
    ("agent_id", "123", FCR): "同组的 110 把“同类”拉低了些",
    ("agent_id", "127", FCR): "五月只剩两件：不像还在岗",
    ("agent_id", "184", FCR): "同组只有 201 可比；按首接人算：{first}",
    ("agent_id", "196", FCR): "全部解决，可问做法；n 小",
    ("agent_id", "198", FCR): "同类极高，差几件",
    ("agent_id", "201", FCR): "同组只有 184 可比，两人互为“同类”",
    ("agent_id", "241", FCR): "按首接人算：{first}",
    ("agent_id", "44", FCR): "差几件",
    ("agent_id", "7", FCR): "“再报”九成在解决之前：像一事多单",
    ("agent_id", "101", REOPENED): "三件而已",
    ("agent_id", "149", REOPENED): "多为接手别人的重开单",
    ("agent_id", "17", REOPENED): "过半为接手；像共用账号",
    ("agent_id", "26", REOPENED): "全是接手别人的重开单",
    ("agent_id", "149", TIME): "半数等用户；与转派单比：{moved}",
    ("agent_id", "150", TIME): "{lasting}",
    ("agent_id", "159", TIME): "按首接人算：{first}",
    ("agent_id", "182", TIME): "同组只有 207 可比，拉长了“同类”",
    ("agent_id", "207", TIME): "去掉大客户后：{light}；长尾逐件看",
    ("agent_id", "215", TIME): "与转派单比：{moved}",
    ("agent_id", "39", TIME): "四分之三是一位来电人（4514）",
    ("agent_id", "58", TIME): "只有三月有单",
    ("agent_id", "94", TIME): "几乎全是一位来电人（1904）",
}
