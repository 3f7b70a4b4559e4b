"""Pages in other languages come through decode and repair character for character, whatever they declare."""

from __future__ import annotations

import pytest
from decode_texts import FRENCH, JAPANESE, KOREAN, RUSSIAN, TIBETAN, UYGHUR, page

from crawler.decode import decode
from crawler.repair import repair

KAZAKH = (
    "Биыл облыста өнеркәсіп өндірісі өсті, деп хабарлады әкімдіктің баспасөз қызметі.",
    "Жаңа зауыт көктемде іске қосылады, онда жүзден астам жас маман жұмыс істейді.",
)
KAZAKH_ARABIC = (
    "بيىل وبلىستا ونەركاسىپ ءوندىرىسى ءوستى، دەپ حابارلادى اكىمدىكتىڭ ءباسپاسوز قىزمەتى.",
    "جاڭا زاۋىت كوكتەمدە ىسكە قوسىلادى، وندا جۇزدەن استام جاس مامان جۇمىس ىستەيدى.",
)
MONGOLIAN = (
    "ᠮᠣᠩᠭᠣᠯ ᠬᠡᠯᠡ ᠪᠢᠴᠢᠭ ᠦᠨ ᠰᠣᠨᠢᠨ ᠰᠡᠳᠬᠦᠯ ᠢ ᠬᠡᠪᠯᠡᠨ ᠭᠠᠷᠭᠠᠪᠠ᠃",
    "ᠠᠵᠤ ᠦᠢᠯᠡᠳᠪᠦᠷᠢ ᠶᠢᠨ ᠬᠥᠭᠵᠢᠯᠲᠡ ᠪᠠᠨ ᠲᠦᠷᠭᠡᠳᠬᠡᠪᠡ᠃",
)
MONGOLIAN_CYRILLIC = (
    "Энэ онд аймгийн үйлдвэрлэл өмнөх оноос өсчээ гэж захиргаанаас мэдээлэв.",
    "Шинэ үйлдвэр хавар ашиглалтад орж, зуу гаруй залуус ажилд орно.",
)
GERMAN = (
    "Die Region meldete gestern ein kräftiges Wachstum der Industrie; die Löhne stiegen für viele Beschäftigte.",
    "Das neue Werk in der Nähe des Flusses soll im Frühjahr öffnen und über hundert Arbeitsplätze schaffen.",
)
POLISH = (
    "W tym roku produkcja przemysłowa w województwie wzrosła, podał urząd wojewódzki.",
    "Nowa fabryka rozpocznie pracę wiosną i zatrudni ponad stu młodych pracowników.",
)
TURKISH = (
    "Bölgedeki sanayi üretimi bu yıl geçen yıla göre arttı, diye açıkladı valilik.",
    "Yeni fabrika ilkbaharda çalışmaya başlayacak ve yüzden fazla gence iş sağlayacak.",
)
UKRAINIAN = (
    "Цього року промислове виробництво в області зросло, повідомили в адміністрації.",
    "Новий завод розпочне роботу навесні, на ньому працюватимуть понад сто фахівців.",
)
ARABIC = (
    "أعلنت إدارة المنطقة أن الإنتاج الصناعي ارتفع هذا العام مقارنة بالعام الماضي.",
    "سيبدأ المصنع الجديد العمل في الربيع المقبل ويوفر أكثر من مئة وظيفة للشباب.",
)
GREEK = (
    "Η βιομηχανική παραγωγή της περιφέρειας αυξήθηκε φέτος, ανακοίνωσε η διοίκηση.",
    "Το νέο εργοστάσιο θα ανοίξει την άνοιξη και θα προσφέρει πάνω από εκατό θέσεις.",
)
HEBREW = (
    "הייצור התעשייתי באזור עלה השנה לעומת השנה שעברה, הודיע הממשל.",
    "המפעל החדש ייפתח באביב ויעסיק יותר ממאה צעירים.",
)
THAI = (
    "โรงงานแห่งใหม่จะเปิดดำเนินการในฤดูใบไม้ผลิปีหน้า",
    "การผลิตภาคอุตสาหกรรมของจังหวัดเพิ่มขึ้นในปีนี้",
)

# language, its paragraphs, and codec → the encoding's standard name
LANGUAGES: tuple[tuple[str, tuple[str, ...], dict[str, str]], ...] = (
    (
        "ja",
        JAPANESE,
        {"shift_jis": "shift_jis", "euc_jp": "euc-jp", "iso2022_jp": "iso-2022-jp", "gb18030": "gb18030"},
    ),
    ("ko", KOREAN, {"euc_kr": "euc-kr", "iso2022_kr": "iso-2022-kr", "gb18030": "gb18030"}),
    (
        "ru",
        RUSSIAN,
        {
            "cp1251": "windows-1251",
            "koi8_r": "koi8-r",
            "iso8859_5": "iso-8859-5",
            "cp866": "ibm866",
            "gb18030": "gb18030",
        },
    ),
    ("uk", UKRAINIAN, {"cp1251": "windows-1251", "koi8_u": "koi8-u"}),
    ("bo", TIBETAN, {"gb18030": "gb18030"}),
    ("ug", UYGHUR, {"gb18030": "gb18030"}),
    ("mn", MONGOLIAN, {"gb18030": "gb18030"}),
    ("mn-Cyrl", MONGOLIAN_CYRILLIC, {"gb18030": "gb18030"}),
    ("kk", KAZAKH, {"gb18030": "gb18030"}),
    ("kk-Arab", KAZAKH_ARABIC, {"gb18030": "gb18030"}),
    ("fr", FRENCH, {"latin-1": "windows-1252", "gb18030": "gb18030"}),
    ("de", GERMAN, {"latin-1": "windows-1252", "gb18030": "gb18030"}),
    ("pl", POLISH, {"cp1250": "windows-1250", "iso8859_2": "iso-8859-2"}),
    ("tr", TURKISH, {"cp1254": "windows-1254"}),
    ("ar", ARABIC, {"cp1256": "windows-1256"}),
    ("el", GREEK, {"cp1253": "windows-1253"}),
    ("he", HEBREW, {"cp1255": "windows-1255"}),
    ("th", THAI, {"cp874": "windows-874"}),
)
PAGES = [
    pytest.param(paragraphs, codec, encoding, id=f"{language}-{codec}")
    for language, paragraphs, encodings in LANGUAGES
    for codec, encoding in ({"utf-8": "utf-8"} | encodings).items()
]
WHAT_A_PAGE_SAYS = ("the truth", "nothing", "gb2312", "utf-8")


@pytest.mark.parametrize("says", WHAT_A_PAGE_SAYS)
@pytest.mark.parametrize(("paragraphs", "codec", "encoding"), PAGES)
def test_a_page_in_another_language_comes_through_unchanged(
    paragraphs: tuple[str, ...], codec: str, encoding: str, says: str
) -> None:
    """Declared, undeclared or declared wrongly: the text is what was written, and repair finds nothing to do."""
    label = {"the truth": encoding, "nothing": ""}.get(says, says)
    text = page(paragraphs, head=f'<meta charset="{label}">' if label else "")
    text = text.encode(codec, "ignore").decode(codec)  # what the encoding cannot write
    decoded = decode(text.encode(codec))
    assert decoded.text == text
    assert decoded.encoding == encoding
    assert decoded.lost_ratio == 0.0
    repaired = repair(decoded.text)
    assert repaired.text == text
    assert repaired.applied == ()
    assert repaired.lossy == ()


@pytest.mark.parametrize("line", [*RUSSIAN, *KAZAKH, *MONGOLIAN_CYRILLIC, *FRENCH[:1]])
def test_a_lone_line_without_any_chinese_is_read_in_gb18030(line: str) -> None:
    """Cyrillic letters of GB 2312 stand where Big5 has frequent characters: words tell them apart."""
    assert decode(line.encode("gb18030")).text == line


@pytest.mark.parametrize("paragraph", [JAPANESE[0], KOREAN[0], RUSSIAN[0], TIBETAN[0], UYGHUR[0], ARABIC[0]])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_paragraph_in_another_language_on_a_chinese_page_stays(codec: str, paragraph: str) -> None:
    """A greeting in another language is no include in another encoding."""
    text = page(
        ("新建的工业园区已经投产，记者在现场看到工人们正在安装设备。", paragraph, "据介绍，明年春天将全部完工。")
    )
    decoded = decode(text.encode(codec), "text/html; charset=gb2312")
    assert decoded.text == text
    assert repair(decoded.text).text == text
