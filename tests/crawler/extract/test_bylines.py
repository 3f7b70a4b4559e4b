"""By-lines, editors and names."""

from __future__ import annotations

import pytest

from crawler.extract.byline import credits, is_byline
from crawler.extract.names import is_name, people
from crawler.extract.page import Line, read_page


def lines(*texts: str) -> tuple[Line, ...]:
    return read_page("".join(f"<p>{text}</p>" for text in texts), "").lines


AUTHORS = [
    ("青禾网-青禾日报记者 马小宁", ("马小宁",)),
    ("新青禾·青禾日报记者 曹立平", ("曹立平",)),
    ("本报记者梁可苏原发自青禾", ("梁可", "苏原")),
    ("文/栗小雨", ("栗小雨",)),
    ("文丨某栏目特约评论员 韩小涵", ("韩小涵",)),
    ("执笔人：闵小天 赵小波", ("闵小天", "赵小波")),
    ("石小佳/青禾青年报", ("石小佳",)),
    ("青禾商报记者马小生/文受访者供图", ("马小生",)),
    ("青禾社岚川3月8日电（记者柳小溪、印小舟）河口的第二座风车昨天转动", ("柳小溪", "印小舟")),
    ("青禾社岚川3月9日电（柳小溪、杨小舟）", ("柳小溪", "杨小舟")),
    ("〔記者江小雲／青禾報導〕燈會今晚開幕", ("江小雲",)),
    ("全县道路全部通车，群众出行方便了。（记者 胡小蓉）", ("胡小蓉",)),
    ("全县道路全部通车，群众出行方便了。（常书云 马丹丹 ）", ("常书云", "马丹丹")),
    ("全县道路全部通车，群众出行方便了。（姚小峰 青禾报道）", ("姚小峰",)),
    ("全县道路全部通车，群众出行方便了。（姚小峰）", ("姚小峰",)),
    ("“以后出门方便多了。”（姚川 报道）", ("姚川",)),
    ("（姚小峰）", ("姚小峰",)),
    ("(作者：方小舟甘肃青禾大学经济学院教授)", ("方小舟",)),
    ("2023-06-15 08:10 来源：青禾新闻网 王小溪", ("王小溪",)),
    ("林小梅 发布时间:2020-05-19 09:10:00来源: 青禾日报", ("林小梅",)),
    ("发表于 2014-08-24 21:30 | 1164次阅读 | 来源 QINGHE | 作者 魏小舟", ("魏小舟",)),
    ("来源：本站 作者：护理部党支部", ("护理部党支部",)),
    ("2023-05-23 09:37 来源：青禾日报 记者：阿卜杜拉·买买提 通讯员：尼玛多吉", ("阿卜杜拉·买买提", "尼玛多吉")),
    ("2023-05-23 09:37 转自：青禾商报 记者 张小远 李小哲", ("张小远", "李小哲")),
    ("2023-05-23 09:37 青禾日报 王小伟", ("王小伟",)),
    ("文·图/陈小东", ("陈小东",)),
    ("文｜陈小东 编辑｜李小梅", ("陈小东",)),
    ("记者丨陈小东", ("陈小东",)),
    ("□ 王小伟 李小强", ("王小伟", "李小强")),
    ("本报记者王小伟通讯员李小强", ("王小伟", "李小强")),
    ("供稿：县委宣传部", ("县委宣传部",)),
    ("岚川县工业和信息化局 王小伟", ("王小伟",)),
    ("青禾云/青禾日报记者 热依达 刘小毅 通讯员 买买提江", ("热依达", "刘小毅", "买买提江")),
    ("青禾网 记者/王小伟 编辑/李小强", ("王小伟",)),
    ("供稿：高台县融媒体中心", ("高台县融媒体中心",)),
    ("By Wang Wei | Qinghe Daily | Updated: 2023-05-23 09:37", ("Wang Wei",)),
    ("By Zhang Siyuan and Li Mingzhe in Lanchuan", ("Zhang Siyuan", "Li Mingzhe")),
    ("Written by: Wang Wei May 23, 2023", ("Wang Wei",)),
]
NOT_AUTHORS = [
    "傍晚，记者走访了岚川码头的三位船工和一位灯塔管理员。",
    "灯塔管理员告诉本报记者，这盏灯亮了四十年。",
    "全县道路全部通车，群众出行方便了。（完）",
    "（责任编辑：高小强）",
    "全县的路修好了（图为施工现场）",
    "文章来源：青禾日报",
    "《麦子熟了》作者：秦小川",
    "第一家入驻园区的是一家通信企业（华为）",
    "第一家入驻园区的是一家通信企业。（华为）",
    "这一天也是全县考生的大日子。（高考）",
    "下一场比赛后天开球。（华夏）",
    "下表列出各乡镇的收入（万元）",
    "会后，代表团前往邻省。（江西省）",
    "这座桥以设计者的名字命名（王小明）",
    "他最喜欢的一本书，作者：秦小川，读了三遍。",
    "责任编辑：NF041",
    "作者：佚名",
    "（作者系青禾大学经济学院教授）",
    "（作者单位：青禾大学）",
    "岚川县工业和信息化局 通知公告",
    "来源/青禾日报",
    "文/图片均由受访者提供",
    "2023-05-23 09:37 青禾日报 时尚",
    "2023-05-23 09:37 财经 王小伟说",
    "▲青禾市市长简·卡斯特",
    "□ 工业 农业",
    "供稿单位请注明联系方式，谢谢。",
    "记者：今年的收成怎么样？",
    "By the end of April, 140,000 square meters had been rebuilt.",
    "By Tuesday Evening everything was quiet again in the valley.",
    "By 2030 the county will have four wind farms.",
]


@pytest.mark.parametrize(("text", "names"), AUTHORS, ids=[case[0][:16] for case in AUTHORS])
def test_an_author_is_read_from_a_byline(text: str, names: tuple[str, ...]) -> None:
    """Each form of by-line gives its names, without offices, outlets and places."""
    found = lines(text)
    assert credits(found, found, found, []).author == names


@pytest.mark.parametrize("text", NOT_AUTHORS)
def test_a_sentence_is_no_byline(text: str) -> None:
    """Words that only mention a reporter, an editor or an origin name no author."""
    found = lines(text)
    assert credits(found, found, found, []).author == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("(责编:陈小濛)", ("陈小濛",)),
        ("(責編: 常小麗)", ("常小麗",)),
        ("【编辑:王小强】", ("王小强",)),
        ("[责任编辑：qinghe]", ("qinghe",)),
        ("（责编：李丽、张群）", ("李丽", "张群")),
        ("责任编辑：杜小硕_NS5785", ("杜小硕",)),
        ("本文来源：青禾报 责任编辑：史小舟_QH20417", ("史小舟",)),
        ("责任编辑：NF041", ()),
        ("监 制：高小勇", ()),
        ("本报总编辑：李小海，社长：王小山", ()),
        ("本版编辑：李小海", ("李小海",)),
    ],
)
def test_an_editor_is_read_from_the_foot(text: str, names: tuple[str, ...]) -> None:
    """责编 in every bracket; a staff number is no name."""
    found = lines(text)
    assert credits([], [], found, []).editor == names
    assert credits([], [], found, []).author == ()


@pytest.mark.parametrize("text", ["本报记者 王小明", "文/王小明", "编辑/倪小宁"])
def test_a_byline_of_its_own_is_told(text: str) -> None:
    """A line that holds a by-line and nothing else."""
    assert is_byline(lines(text)[0])


@pytest.mark.parametrize("text", ["记者走进车间，机器正在轰鸣。", "让小水电站重新转起来", "王小明说：“好。”"])
def test_a_line_of_text_is_no_byline(text: str) -> None:
    """Sentences and sub-heads stay."""
    assert not is_byline(lines(text)[0])


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("王小明", True),
        ("欧阳青", True),
        ("阿不都·热合曼", True),
        ("工业厅", False),
        ("青禾日报", False),
        ("华为", False),
        ("时尚", False),
        ("万元", False),
        ("华明", True),
    ],
)
def test_a_name_is_told_by_its_surname(word: str, known: bool) -> None:
    """Known surnames, compound ones and transliterated names with a dot."""
    assert is_name(word) is known


def test_single_characters_side_by_side_are_one_name() -> None:
    """邹 明 is one person."""
    assert people("邹 明") == ("邹明",)


def test_a_bracket_above_the_last_paragraph_is_no_signature() -> None:
    """Only the last paragraph or a line below it is signed."""
    signed = "全县道路全部通车，群众出行方便了。（姚小峰）"
    last = "此前，岚川县的三个山村只有一条沿河的土路，雨季一到便不能通行，村民要绕行四十公里才能到县城。"
    assert credits([], [], lines(signed, last), []).author == ()
    assert credits([], [], lines(last, signed), []).author == ("姚小峰",)
    assert credits([], [], lines(last, signed, "返回列表"), []).author == ("姚小峰",)


def test_the_editor_in_charge_goes_before_other_editors() -> None:
    """编辑 beside 责任编辑 may be the layout's; alone it is the editor."""
    assert credits([], [], lines("编辑：周小涛", "责任编辑：赵小敏"), []).editor == ("赵小敏",)
    assert credits([], [], lines("责任编辑：赵小敏", "编辑：周小涛"), []).editor == ("赵小敏",)
    assert credits([], [], lines("编辑：周小涛"), lines("[责编：赵小敏]")).editor == ("赵小敏",)
    assert credits([], [], lines("编辑：周小涛", "校对：吴小芳"), []).editor == ("周小涛",)
    given = {"editor": ["编辑：周小涛"]}
    assert credits([], [], lines("责任编辑：赵小敏"), [], given).editor == ("周小涛",)


@pytest.mark.parametrize(
    ("metas", "names"),
    [
        ({"linked:author": "王小伟、李小强"}, ("王小伟", "李小强")),
        ({"linked:author": "Wang Wei"}, ("Wang Wei",)),
        ({"article:author": "王小伟"}, ("王小伟",)),
        ({"article:author": "青禾网"}, ()),
        ({"article:author": "Qinghe Daily"}, ()),
        ({"author": "王小伟"}, ()),
        ({"author": "王小伟", "contentsource": "县政府办"}, ("王小伟",)),
        ({"author": "县政府办", "contentsource": "县政府办"}, ()),
    ],
)
def test_a_meta_tag_names_an_author_only_where_it_names_a_person(metas: dict[str, str], names: tuple[str, ...]) -> None:
    """The tag `author` holds the site or the editor on most pages; on government sites it is that of the standard."""
    assert credits([], [], [], [], metas=metas).author == names
    printed = lines("作者：孙小宁")
    assert credits(printed, [], [], [], metas=metas).author == ("孙小宁",)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("摄影/王小伟", ("王小伟",)),
        ("供图：岚川县融媒体中心", ("岚川县融媒体中心",)),
        ("图为施工现场。记者 王小伟 摄", ("王小伟",)),
        ("这张照片拍摄于去年。", ()),
        ("示意图：河流走向", ()),
    ],
)
def test_a_photographer_is_read_from_a_caption(text: str, names: tuple[str, ...]) -> None:
    """摄 and 供图 name who made the picture; a sentence about pictures names nobody."""
    assert credits([], [], lines(text), []).photographer == names


@pytest.mark.parametrize("text", ["By Wang Wei", "文｜陈小东 编辑｜李小梅", "By WANG WEI in Lanchuan"])
def test_an_english_or_barred_byline_is_told(text: str) -> None:
    """Lines that hold people and nothing else are no text."""
    assert is_byline(lines(text)[0])


@pytest.mark.parametrize(
    "text",
    [
        "By Wang Wei, who has lived in the valley for forty years and remembers when the first road was built here",
        "By April everybody had moved.",
        "图/表见附件，共十二页。",
    ],
)
def test_a_sentence_that_begins_like_a_byline_is_none(text: str) -> None:
    """English sentences begin with By as well."""
    assert not is_byline(lines(text)[0])
