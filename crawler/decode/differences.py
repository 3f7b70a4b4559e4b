"""Where Python's codecs and the Encoding Standard's indexes say different things.

Sources: index-gb18030.txt and index-big5.txt of the WHATWG Encoding Standard (https://encoding.spec.whatwg.org/,
dedicated to the public domain), compared code by code with CPython's `gb18030` and `big5hkscs`, 2026. The browsers'
reading is what the page's makers saw, so it is the truth here.
"""

from __future__ import annotations

# gb18030: 20 two-byte codes that CPython gives to private use. A3A0 is a space that old editors typed; the others are
# the 2005 and 2022 amendments (vertical punctuation, eight ideographs, U+1E3F). Beside them 0x80 is the euro sign.
GB18030: dict[int, str] = {
    0xE5E5: "\u3000",
    0xE7C7: "\u1e3f",
    **dict(zip(range(0xE78D, 0xE797), "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19", strict=True)),
    **dict(
        zip(
            (0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864),
            "\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb",
            strict=True,
        )
    ),
}

# Big5: 9 of the 11 codes that `big5hkscs` reads as another character; each is the only code for what it wrongly gives,
# so the decoded text can be corrected.
BIG5: dict[int, str] = {
    0x2022: "\u2027",  # A145
    0xFF64: "\ufe51",  # A14E
    0x203E: "\u00af",  # A1C2
    0x223C: "\uff5e",  # A1E3
    0x2641: "\u2295",  # A1F2
    0x2609: "\u2299",  # A1F3
    0x00A5: "\uffe5",  # A244
    0x00A2: "\uffe0",  # A246
    0x00A3: "\uffe1",  # A247
}
# The other two share their wrong character with a right code and can only be corrected as bytes.
BIG5_SHARED: dict[bytes, str] = {b"\xa2\x41": "\u2215", b"\xa2\x42": "\ufe68"}

# Big5: 192 codes that `big5hkscs` does not know, as runs of consecutive codes.
_BIG5_RUNS: tuple[tuple[int, str], ...] = (
    (0x877A, "㡵𡵓𣚞𦀡㻬"),
    (
        0x87A1,
        "𥣞㫵竼龗𤅡𨤍𣇪𠪊𣉞䌊蒄龖鐯䤰蘓墖靊鈘秐稲晠権袝瑌篅枂稬剏遆㓦珄𥶹瓆鿇垳䤯呌䄱𣚎堘穲𧭥讏䚮𦺈䆁𥶙箮𢒼鿈𢓁𢓉𢓌鿉蔄𣖻䂴鿊䓡𪷿拁灮鿋",
    ),
    (0x8E69, "箸"),
    (0x8E6F, "簆"),
    (0x8E7E, "糎"),
    (0x8EAB, "緒"),
    (0x8EB4, "縝"),
    (0x8ECD, "者"),
    (0x8ED0, "耨"),
    (0x8F57, "菁"),
    (0x8F69, "蒨"),
    (0x8F6E, "萏"),
    (0x8FCB, "覦覩"),
    (0x8FFE, "起"),
    (0x906D, "都"),
    (0x907A, "銹"),
    (0x90DC, "靜"),
    (0x90F1, "響"),
    (0x91BF, "鼖"),
    (0x9244, "蔃"),
    (0x92AF, "兙兛兝兞"),
    (0x92C8, "鍮"),
    (0x92D1, "瑹"),
    (0x9447, "浧"),
    (0x94CA, "禛"),
    (0x95D9, "邗"),
    (0x9644, "靝"),
    (0x96ED, "瀞"),
    (0x96FC, "嬨"),
    (0x9B76, "爁"),
    (0x9B78, "矗"),
    (0x9B7B, "纇"),
    (0x9BC6, "駖"),
    (0x9BDE, "釔"),
    (0x9BEC, "惞"),
    (0x9BF6, "澶"),
    (0x9C42, "輶"),
    (0x9C53, "侻"),
    (0x9C62, "營"),
    (0x9C68, "鄄"),
    (0x9C6B, "鷰"),
    (0x9C77, "菏"),
    (0x9CBC, "尐秣"),
    (0x9CD0, "婧"),
    (0x9D57, "輋"),
    (0x9D5A, "筑"),
    (0x9DC4, "拐"),
    (0x9EA9, "恢"),
    (0x9EEF, "痹"),
    (0x9EFD, "汊"),
    (0x9F60, "鬮"),
    (0x9F66, "鼗"),
    (0x9FCB, "僭"),
    (0x9FD8, "弌"),
    (0xA063, "蠏"),
    (0xA077, "拎"),
    (0xA0D5, "瑨"),
    (0xA0DF, "煢"),
    (0xA0E4, "牐"),
    (
        0xA3C0,
        "\u2400\u2401\u2402\u2403\u2404\u2405\u2406\u2407\u2408\u2409\u240a\u240b\u240c\u240d\u240e\u240f\u2410\u2411\u2412\u2413\u2414\u2415\u2416\u2417\u2418\u2419\u241a\u241b\u241c\u241d\u241e\u241f\u2421€",
    ),
    (0xC6CF, "廴"),
    (0xC6D3, "无"),
    (0xC6D5, "癶"),
    (0xC6D7, "隶"),
    (0xC6DE, "〃仝"),
    (0xFA5F, "倩"),
    (0xFA66, "偽"),
    (0xFABD, "包"),
    (0xFAC5, "卄"),
    (0xFAD5, "卿"),
    (0xFB48, "嘅"),
    (0xFBB8, "婷"),
    (0xFBF3, "幵"),
    (0xFBF9, "廐"),
    (0xFC4F, "彘"),
    (0xFC6C, "悤"),
    (0xFCB9, "撐"),
    (0xFCE2, "晴"),
    (0xFCF1, "杞"),
    (0xFDB7, "沜渝"),
    (0xFDBB, "港"),
    (0xFDF1, "煮"),
    (0xFE52, "猪"),
    (0xFE6F, "瑜"),
    (0xFEAA, "瓩"),
    (0xFEDD, "砉"),
)
BIG5_MISSING: dict[bytes, str] = {
    (first + offset).to_bytes(2, "big"): character
    for first, characters in _BIG5_RUNS
    for offset, character in enumerate(characters)
}
