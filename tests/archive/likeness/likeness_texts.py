"""Invented texts: prose of random words, which share nothing, and bulletins and notices, which share nearly all."""

from __future__ import annotations

import random

STORY = (
    "岚川市经信局昨日通报，前三季度全市规上工业增加值同比增长7.2%，高于全省平均水平1.1个百分点。装备制造业增长12.6%，新材料产业增长9.4%，"
    "两个行业合计贡献了一半以上的增量。走进恒远铸造公司的新车间，三台机械臂正在搬运滚烫的铸件，值班员陈立国只需看着屏幕。“过去八个人干的活，"
    "现在两个人就够了。”他说。公司去年投入4300万元更换熔炼设备，吨产品能耗下降18%，今年的订单已经排到12月。\n"
    "县区之间也有差别。青河县依托番茄加工，产值首次突破30亿元；赤岭区受煤价影响，下降了2.5%。市经信局表示，四季度将派出40名业务骨干，"
    "逐家走访用电、用工、融资有困难的企业，并在11月上旬组织两场产销对接会。"
)
OTHER_REPORT = (
    "记者11月2日从岚川获悉，今年以来该市工业跑出了好势头：规模以上企业增加值前九个月增长7.2%，在全省各市州里排在第三位。"
    "制造业的升级是主要原因，铸造、轴承、碳纤维几个行业的投资都超过了去年全年。记者在恒远铸造看到，工人们大多已经离开炉前，坐进了控制室。"
    "值班员陈立国告诉记者，设备换新以后活轻了，收入还多了。农产品加工同样亮眼，青河的番茄酱卖到了中亚。也有企业还在过坎，"
    "赤岭几家煤矿正在转型。业内人士提醒，明年外部需求可能转弱，稳住订单、降低成本仍是头等大事。"
)
BULLETIN = (
    "{place}商务局监测显示，{month}月{day}日，全市重点批发市场粮油零售均价每公斤{a}元，比前一周上涨{b}%；猪肉均价每公斤{c}元，下降{d}%；"
    "牛肉均价每公斤{e}元，上涨{f}%。30种蔬菜平均批发价格每公斤{g}元，回落{h}%，其中冬瓜、菠菜、生菜价格涨幅居前。商务局提醒经营者明码标价，"
    "加强货源组织，切实保障市场供应，遇有价格异常波动情况请及时向主管部门反映。"
)
NOTICE = (
    "经人民政府研究决定，任命{a}为市统计局局长，{b}为市水利局副局长（试用期一年），{c}为市商务局总工程师；免去{d}的市统计局局长职务。"
    "以上人员的任职时间从研究决定之日起计算，试用期满经考核合格的正式任职，不合格的按照有关规定办理。请有关单位做好工作交接，确保平稳有序。"
)


def prose(dice: random.Random, length: int = 600) -> str:
    """A text of random words, with marks."""
    pieces: list[str] = []
    while sum(map(len, pieces)) < length:
        size = dice.randint(6, 18)
        pieces.append("".join(chr(dice.randint(0x4E00, 0x8FFF)) for _ in range(size)) + dice.choice("，，，。；"))
    return "".join(pieces)


def bulletin(dice: random.Random) -> str:
    """The bulletin with figures of its own."""
    figures = {name: f"{dice.randint(1, 60)}.{dice.randint(0, 9)}" for name in "abcdefgh"}
    return BULLETIN.format(place="岚川市", month=dice.randint(1, 12), day=dice.randint(1, 28), **figures)


def notice(dice: random.Random) -> str:
    """The notice with names of its own."""
    return NOTICE.format(**{name: "".join(chr(dice.randint(0x4E00, 0x8FFF)) for _ in range(3)) for name in "abcd"})


def edited(text: str, dice: random.Random) -> str:
    """A head, a foot, and one sentence of the text left out."""
    sentences = text.split("，")
    del sentences[dice.randrange(2, len(sentences) - 2)]
    return prose(dice, 20) + "，".join(sentences) + "（责任编辑：" + prose(dice, 6) + "）"
