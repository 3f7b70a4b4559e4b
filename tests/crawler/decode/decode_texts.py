"""Articles written for these tests, in the languages and scripts that our sources publish in."""

from __future__ import annotations

CHINESE = (
    "本报讯 记者昨日从自治区工业和信息化厅了解到，今年前三季度全区规模以上工业增加值同比增长百分之七点二。",
    "位于城南的新能源产业园里，工人们正忙着安装最后一批光伏组件，预计年底前并网发电。",
    "“过去靠天吃饭，现在靠技术增收。”合作社负责人说，棉花和葡萄的收购价比去年都有提高。",
    "有关部门表示，下一步将完善物流体系，支持企业走出去，让更多农牧产品进入全国市场。",
    "县里还组织了三期培训班，三百多名青年学会了设备维修和电商直播，就业问题逐步得到解决。",
    "专家认为，保护生态环境与发展经济并不矛盾，关键是找到适合本地的道路，并且长期坚持下去。",
    "会议要求各单位加强安全检查，做好冬季供暖和交通运输保障工作，确保群众生产生活不受影响。",
    "据介绍，该项目总投资十二亿元，分两期建设，全部建成后可提供一千八百个工作岗位。",
)
TRADITIONAL = (
    "本報訊 記者昨日從經濟發展局了解到，今年前三季度工業生產總值比去年同期增長百分之七。",
    "位於城南的科技園區裡，工人們正忙著安裝最後一批設備，預計年底前開始運轉。",
    "「過去靠天吃飯，現在靠技術增加收入。」合作社負責人說，茶葉和水果的價格都有提高。",
    "有關部門表示，下一步將改善物流，支持企業走出去，讓更多產品進入國際市場。",
    "專家認為，保護環境與發展經濟並不矛盾，關鍵是找到適合本地的道路，並且長期堅持下去。",
)
JAPANESE = (
    "県内の製造業は今年も堅調で、秋以降の受注が増えていると担当者は話している。",
    "新しい工場では地元の若者を中心に百人あまりを採用する予定で、来年の春から生産を始める。",
    "このほか、市は観光と農業を組み合わせた取り組みにも力を入れ、雇用の拡大をめざすという。",
)
KOREAN = (
    "올해 지역 제조업 생산이 지난해보다 늘어난 것으로 나타났다고 도청 관계자가 밝혔다.",
    "새 공장은 내년 봄부터 제품을 생산할 예정이며 지역 청년을 중심으로 백여 명을 채용한다.",
    "또한 시는 관광과 농업을 함께 살리는 사업에도 힘을 쏟아 일자리를 늘려 나갈 계획이다.",
)
RUSSIAN = (
    "В этом году промышленное производство в регионе выросло, сообщили в областной администрации.",
    "Новый завод начнёт работу весной, на нём получат места более ста молодых специалистов.",
    "Кроме того, город намерен поддерживать туризм и сельское хозяйство, чтобы создать новые рабочие места.",
)
TIBETAN = (
    "བོད་ལྗོངས་ཀྱི་བཟོ་ལས་འཕེལ་རྒྱས་གོང་དུ་འཕེལ་བཞིན་ཡོད།",
    "ལོ་འདིའི་ནང་བཟོ་གྲྭ་གསར་པ་མང་པོ་བཙུགས་པ་དང་མི་མང་ལ་ལས་ཀ་བྱུང་།",
)
UYGHUR = (
    "بۇ يىل رايونىمىزنىڭ سانائەت ئىشلەپچىقىرىشى ئۆتكەن يىلدىكىدىن ئاشتى.",
    "يېڭى زاۋۇت كېلەر يىلى ئەتىيازدا ئىشقا كىرىشىدۇ، ياشلار خىزمەت پۇرسىتىگە ئېرىشىدۇ.",
)
FRENCH = ("La région a inauguré hier une usine où travailleront près de cent salariés, dès l’été prochain.",) * 3


def page(paragraphs: tuple[str, ...], head: str = "", aside: str = "") -> str:
    """A small page of a news site."""
    body = "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html>\n<html><head>{head}<title>{paragraphs[0][:12]}</title>\n<script>var a=1;if(a<2){{b("x")}}'
        f'</script></head>\n<body><div class="main">\n{body}\n</div>\n{aside}</body></html>\n'
    )


def difference(one: str, other: str) -> int:
    """The edit distance of two pages, line by line; both must have the same lines."""
    pairs = zip(one.split("\n"), other.split("\n"), strict=True)
    return sum(_edits(a, b) for a, b in pairs if a != b)


def _edits(one: str, other: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(other) + 1))
    for number, character in enumerate(one, 1):
        above, row[0] = row[0], number
        for place, wanted in enumerate(other, 1):
            above, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, above + (character != wanted))
    return row[-1]
