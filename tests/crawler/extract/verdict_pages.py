"""Made-up pages of every verdict: what a newspaper's, an office's or an English site answers beside its articles.

Each kind is crossed with the frames of three sites, so that a message stands in a bare page, under a full navigation,
and above a list of the latest news. All texts are invented.
"""

# ruff: noqa: E501 - a made-up page is easier to compare on one line

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

A = "青禾县的第一座光伏电站上周并网，附近的三个村子都用上了电。"
B = "电站的负责人说，明年春天还要再建一座，到时候冬天取暖也可以用电。"
C = "县里打算把多出来的电卖给邻县，卖电的钱用来修学校门口的路，让孩子们走得平稳。"
HEADLINES = (
    "菜市场搬进新楼，二百个摊位抽签定", "老街修好了，石板路一百年没有换过", "县医院添了一台新机器", "春耕用的种子送到了村口",
    "新桥通车，两岸的孩子不用再绕路", "图书馆周末开到晚上十点", "三家企业在园区开工", "水库清淤，下游停水两天",
    "中学生在省里拿了航模比赛第一名", "苹果熟了，客商住进了村里", "公交车加开两趟夜班", "老兵把勋章捐给了纪念馆",
    "供暖提前三天，锅炉已经点火", "大雪封山，护林员徒步送药", "夜校开学，报名的人排到了街上", "电影队进了山，一晚放了两场",
)  # fmt: skip
NAV = "".join(
    f"<li><a href='/{n}/'>{name}</a></li>"
    for n, name in enumerate(("首页", "要闻", "时政", "经济", "文化", "视频", "专题"))
)
ZWNAV = "".join(
    f"<a href='/{n}/'>{name}</a> | "
    for n, name in enumerate(("网站首页", "走进青禾", "政务公开", "办事服务", "互动交流"))
)
ENNAV = "".join(
    f"<li><a href='/{n}/'>{name}</a></li>" for n, name in enumerate(("Home", "News", "Business", "Culture"))
)
LATEST = "".join(
    f"<li><a href='/a/{n}.html'>{text}</a> <span>05-{n + 1:02}</span></li>" for n, text in enumerate(HEADLINES)
)
SUMMARIES = "".join(
    f"<div class='item'><h3><a href='/a/{n}.html'>{text}</a></h3><p>{(A, B, C)[n % 3]}</p><span>2024-05-{n + 1:02}</span></div>"
    for n, text in enumerate(HEADLINES)
)


@dataclass(frozen=True, slots=True)
class Case:
    """A page, its kind, and the verdicts that are right for it."""

    kind: str
    verdicts: tuple[str, ...]
    markup: str


def bare(title: str, inner: str, head: str = "") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body>{inner}</body></html>"


def paper(title: str, inner: str, head: str = "") -> str:
    """A newspaper's frame."""
    return (
        f"<html><head><title>{title}-青禾新闻网</title>{head}</head><body><div class='top'><ul>{NAV}</ul></div>"
        f"<div class='main'>{inner}</div><div class='footer'><p>青禾日报社 版权所有 青ICP备12345678号</p>"
        "<p>互联网新闻信息服务许可证：12345678901　违法和不良信息举报电话：000-1234567</p></div></body></html>"
    )


def office(title: str, inner: str, head: str = "") -> str:
    """A county government's frame."""
    return (
        f"<html><head><title>{title}_青禾县人民政府</title>{head}</head><body><div class='header'>{ZWNAV}</div>"
        f"<div class='wz'>当前位置：<a href='/'>首页</a> &gt; <a href='/zw/'>政务公开</a></div><div class='con'>{inner}</div>"
        "<div class='bottom'>主办单位：青禾县人民政府办公室　网站标识码：1234560001　青公网安备 12345602000001号</div></body></html>"
    )


def english(title: str, inner: str, head: str = "") -> str:
    return (
        f"<html><head><title>{title} | Qinghe Daily</title>{head}</head><body><nav><ul>{ENNAV}</ul></nav><main>{inner}</main>"
        "<footer>Copyright © 2024 Qinghe Daily. All rights reserved.</footer></body></html>"
    )


Frame = Callable[..., str]
FRAMES: tuple[Frame, ...] = (bare, paper, office)


def poem_under_two_characters() -> Case:
    """A headline so short that no line of the page is taken for it, inside the body's own element."""
    inner = (
        "<h1>青禾</h1><p>2024-05-06 10:20　来源：青禾日报</p><p>山外青禾一片黄<br>风过田头稻谷香<br>谁把新灯挂村口</p>"
    )
    return Case("article: poem", ("article",), office("青禾", inner))


def framed(
    kind: str, verdicts: tuple[str, ...], pages: Iterator[tuple[str, str, str]] | tuple[tuple[str, str, str], ...]
) -> Iterator[Case]:
    """Each of the pages (title, inner, head) in each of the frames."""
    for title, inner, head in pages:
        for frame in FRAMES:
            yield Case(kind, verdicts, frame(title, inner, head))


def cases() -> Iterator[Case]:
    """All made-up pages."""
    yield from not_found()
    yield from challenges()
    yield from empty()
    yield from lists()
    yield from others()
    yield from articles()
    yield from later()


def crossed(
    kind: str, verdicts: tuple[str, ...], pages: tuple[tuple[str, str], ...], frames: tuple[Frame, ...] = FRAMES
) -> Iterator[Case]:
    """Each of the pages (title, inner) in each of some frames."""
    for title, inner in pages:
        for frame in frames:
            yield Case(kind, verdicts, frame(title, inner))


def not_found() -> Iterator[Case]:
    messages = (
        ("页面没有找到", "<h1>页面没有找到</h1><p>您访问的页面不存在或已被删除。</p>"),
        (
            "提示信息",
            "<div class='tip'><p>对不起，您访问的页面不存在！</p><p><span id='s'>5</span>秒后自动返回首页</p></div>",
        ),
        ("404", "<h2>404</h2><p>抱歉，您要找的页面走丢了</p><a href='/'>返回首页</a>"),
        (
            "提示",
            "<p>文章已被删除</p><p><a href='/'>返回首页</a> <a href='javascript:history.back()'>返回上一页</a></p>",
        ),
        ("青禾", "<p>该内容已下线</p>"),
        ("错误页面", "<p>很抱歉，您要访问的页面地址有误，或者该页面不存在。请检查输入的网址是否正确。</p>"),
        ("信息不存在", "<p>您查看的信息不存在或者还未通过审批！</p>"),
        ("页面不存在", f"<h1>您访问的页面不存在</h1><h3>最新新闻</h3><ul>{LATEST}</ul>"),
        ("找不到页面", f"<p>抱歉，找不到您要的网页。</p><p>您可以看看下面的新闻：</p>{SUMMARIES}"),
        ("404错误", f"<div><img src='/404.png'><p>抱歉，没有找到您要的内容</p></div><ul>{LATEST}</ul>"),
        ("稿件已撤下", "<p>该稿件已被撤下，感谢您的关注。</p>"),
        ("页面已失效", "<p>您访问的链接已失效，页面将在 <b>3</b> 秒后跳转到首页</p>"),
    )
    yield from framed("soft 404", ("soft-404",), tuple((title, inner, "") for title, inner in messages))
    for title, inner in (
        ("404 Not Found", "<center><h1>404 Not Found</h1></center><hr><center>nginx</center>"),
        ("Page not found", "<h1>Page not found</h1><p>Sorry, the page you are looking for does not exist.</p>"),
        ("Not Found", "<h1>Not Found</h1><p>The requested URL /a/1.html was not found on this server.</p>"),
        ("Oops", "<h1>Oops!</h1><p>The page you requested could not be found. It may have been moved or removed.</p><a href='/'>Home</a>"),
        ("HTTP Status 404 – Not Found", "<h1>HTTP Status 404 – Not Found</h1><hr><p><b>Type</b> Status Report</p><h3>Apache Tomcat/9.0.1</h3>"),
        ("Error 404", "<p>This article is no longer available.</p>"),
    ):  # fmt: skip
        yield Case("soft 404, English", ("soft-404",), bare(title, inner))
        yield Case("soft 404, English", ("soft-404",), english(title, inner))


def challenges() -> Iterator[Case]:
    cookie = "<script>document.cookie='__jsl_clearance=1|0|'+(function(){return String.fromCharCode(65)})();location.href=location.pathname</script>"
    for title, inner, head in (
        ("", "", cookie),
        ("", "<noscript>请开启JavaScript并刷新该页</noscript>", "<script>var arg1='A1B2';function setCookie(n,v){document.cookie=n+'='+v;location.reload()}setCookie('acw_sc__v2',arg1)</script>"),
        ("安全验证", "<div class='box'><p>为保障您的访问安全，请进行验证</p><p>请按住滑块，拖动到最右边</p></div>", ""),
        ("滑动验证页面", "<p>亲，请拖动下方滑块完成验证</p>", ""),
        ("Just a moment...", "<h1>www.example.cn</h1><p>Checking if the site connection is secure</p>", "<script src='/cdn-cgi/challenge-platform/h/b/orchestrate'></script>"),
        ("", "", "<meta http-equiv='refresh' content='0; url=/a/1.html?t=1'><script>document.cookie='token=abc;path=/'</script>"),
        ("访问过于频繁", "<p>您的访问过于频繁，请稍后再试</p><p>您的IP：192.0.2.1</p>", ""),
        ("请输入验证码", "<p>请输入图中的验证码继续访问</p><p><img src='/captcha.jpg'></p><input name='code'>", ""),
        ("访问被拦截", "<h1>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</h1><p>您的请求ID是：abc123</p>", ""),
        ("403", "<h1>请求被拦截</h1><p>本次请求被Web应用防火墙拦截，如有问题请联系网站管理员</p>", ""),
        ("Access Denied", "<h1>Access Denied</h1><p>You don't have permission to access this page. Reference #18.abc</p>", ""),
        ("人机验证", "<p>系统检测到您的网络存在异常流量，请完成人机验证后继续访问。</p>", ""),
    ):  # fmt: skip
        yield Case("challenge", ("challenge",), bare(title, inner, head))
    for title, inner in (
        ("登录", "<p>请登录后查看</p><p>用户名：</p><p>密码：</p>"),
        ("用户登录", "<h2>用户登录</h2><p>您还没有登录，请先登录后再访问本页面</p>"),
        ("青禾新闻", "<p>本文仅对会员开放，请登录后阅读全文</p><a href='/login'>立即登录</a>"),
        ("提示信息", "<p>抱歉，您尚未登录，没有权限访问该内容</p>"),
        ("付费阅读", "<p>本内容需要付费阅读，请先购买</p>"),
        ("统一身份认证", "<p>您需要登录才能继续访问</p><p>账号登录</p><p>扫码登录</p>"),
    ):
        for frame in FRAMES:
            yield Case("login wall", ("challenge",), frame(title, inner))
    yield Case(
        "login wall",
        ("challenge",),
        english("Sign in", "<h1>Sign in to continue</h1><p>Please log in to read this article.</p>"),
    )
    yield Case(
        "login wall",
        ("challenge",),
        english(
            "Subscribe", "<p>This content is for subscribers only. Please sign in or subscribe to continue reading.</p>"
        ),
    )


def empty() -> Iterator[Case]:
    title = "青禾县第一座光伏电站并网"
    head = f"<h1>{title}</h1><p>2024-05-06 10:20　来源：青禾日报</p>"
    inners = (
        f"{head}<div class='content'></div>", f"{head}<div id='content'><p>&nbsp;</p><p>　　</p></div>", f"{head}<div id='zoom'><script>load(1)</script></div>",
        f"{head}<div id='app'></div><p>正在加载...</p>", f"<h1>{title}</h1><div class='TRS_Editor'></div><p>【打印】【关闭】</p>", "<div id='root'></div>",
        f"{head}<div class='content'></div><p>上一篇：没有了</p><p>下一篇：没有了</p>",
    )  # fmt: skip
    for inner in inners:
        for frame in FRAMES:
            yield Case("empty body", ("empty", "other"), frame(title, inner))
    yield Case("empty page", ("empty",), "")
    yield Case("empty page", ("empty",), "<html><head></head><body></body></html>")
    yield Case("empty page", ("empty",), bare("青禾新闻", "<script>render()</script>"))


def lists() -> Iterator[Case]:
    links = "".join(f"<li><a href='/a/{n}.html'>{text}</a></li>" for n, text in enumerate(HEADLINES * 2))
    dated = "".join(
        f"<tr><td><a href='/a/{n}.html'>{text}</a></td><td>2024-05-{n + 1:02}</td></tr>"
        for n, text in enumerate(HEADLINES)
    )
    pager = "<div class='page'>首页 上一页 1 2 3 下一页 尾页</div>"
    days = "".join(
        f"<h4>第{n}版：要闻</h4><ul>"
        + "".join(f"<li><a href='c{n}{m}.html'>{text}</a></li>" for m, text in enumerate(HEADLINES[:6]))
        + "</ul>"
        for n in range(1, 5)
    )
    front = "".join(
        f"<div class='box'><h2>{name}</h2><ul>{links[:1500]}</ul></div>" for name in ("要闻", "经济", "文化")
    )
    for kind, title, inner in (
        ("section", "要闻", f"<ul class='list'>{LATEST}</ul>{pager}"), ("section", "政务动态", f"<table>{dated}</table>{pager}"), ("section without dates", "时政", f"<ul>{links}</ul>{pager}"),
        ("with summaries", "新闻列表", f"{SUMMARIES}{pager}"), ("front page", "首页", front), ("search", "搜索结果", f"<p>为您找到相关结果约128条</p>{SUMMARIES}{pager}"),
        ("tag page", "标签：光伏", f"<h1>光伏</h1><p>共有 128 篇文章</p>{SUMMARIES}"), ("e-paper", "青禾日报 2024年05月06日 星期一", days), ("special", "专题：春耕", f"<p>{A}</p><ul>{links}</ul>"),
    ):  # fmt: skip
        for frame in FRAMES:
            yield Case(f"list: {kind}", ("list",), frame(title, inner))
    yield Case(
        "list: English",
        ("list",),
        english(
            "News",
            "<ul>"
            + "".join(
                f"<li><a href='/a/{n}'>The county opens its market number {n}</a> <time>2024-05-{n:02}</time></li>"
                for n in range(1, 21)
            )
            + "</ul>",
        ),
    )
    index = "".join(
        f"<a href='t2024050{n}_12345{n}.html'>t2024050{n}_12345{n}.html</a> 06-May-2024 10:2{n} 12K\n"
        for n in range(1, 10)
    )
    yield Case(
        "directory index",
        ("list", "other"),
        bare("Index of /zwgk/", f"<h1>Index of /zwgk/</h1><pre><a href='../'>../</a>\n{index}</pre>"),
    )
    items = "".join(
        f"<item><title>{text}</title><link>http://www.example.cn/a/{n}.html</link><description>{A}</description></item>"
        for n, text in enumerate(HEADLINES)
    )
    yield Case(
        "feed shown as a page",
        ("list", "other"),
        f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>青禾新闻</title>{items}</channel></rss>",
    )


def others() -> Iterator[Case]:
    title = "青禾县举行龙舟赛"
    head = f"<h1>{title}</h1><p>2024-05-06 10:20　来源：青禾日报</p>"
    pictures = "".join(f"<p><img src='/p/{n}.jpg'></p>" for n in range(12))
    numbered = "".join(f"<div><img src='/p/{n}.jpg'><p>{n + 1}/12</p></div>" for n in range(12))
    for inner in (
        f"{head}<div class='pics'>{pictures}</div><p>上一张 下一张</p>",
        f"{head}{numbered}",
        f"{head}<div class='content'>{pictures}</div><p>点击图片进入下一页</p>",
    ):
        for frame in FRAMES:
            yield Case("bare gallery", ("other", "empty"), frame(title, inner))
    for inner in (
        f"{head}<video src='/v/1.mp4'></video>", f"{head}<div class='player'><embed src='/v/1.swf'></div><p>您还没有安装flash播放器,请点击这里安装</p>",
        f"{head}<div id='video'><script>play('/v/1.m3u8')</script></div><p>视频：{title}</p>", f"{head}<iframe src='/player?id=1'></iframe><p>时长：02:31</p>",
    ):  # fmt: skip
        for frame in FRAMES:
            yield Case("bare video", ("other", "empty"), frame(title, inner))
    for inner in (
        "<iframe src='/doc/1.pdf'></iframe>",
        "<embed src='/doc/1.pdf' type='application/pdf'>",
        "<div id='viewer'></div><script>PDFObject.embed('/doc/1.pdf')</script>",
    ):
        yield Case("pdf viewer", ("other", "empty"), bare("青禾县年度报告.pdf", inner))
        yield Case("pdf viewer", ("other", "empty"), office("青禾县年度报告", inner))
    for wrong, inner in (
        ("500 Internal Server Error", "<center><h1>500 Internal Server Error</h1></center><hr><center>nginx/1.20.1</center>"),
        ("502 Bad Gateway", "<h1>502 Bad Gateway</h1><p>nginx</p>"),
        ("运行时错误", "<h1>“/”应用程序中的服务器错误。</h1><h2><i>运行时错误</i></h2><p>说明: 服务器上出现应用程序错误。此应用程序的当前自定义错误设置禁止远程查看应用程序错误的详细信息(出于安全原因)。</p>"),
        ("Server Error", "<h1>Server Error in '/' Application.</h1><h2>Runtime Error</h2><p>Description: An application error occurred on the server. The current custom error settings prevent the details from being viewed remotely.</p>"),
        ("HTTP Status 500 – Internal Server Error", "<h1>HTTP Status 500 – Internal Server Error</h1><p>Type Exception Report</p><p>java.lang.NullPointerException</p><pre>at com.example.Site.show(Site.java:12)</pre>"),
        ("Error", "<p>Error establishing a database connection</p>"),
        ("数据库错误", "<p>数据库连接失败，请与管理员联系。</p>"),
        ("系统繁忙", "<p>系统繁忙，请稍后再试！</p>"),
        ("503 Service Unavailable", "<h1>Service Unavailable</h1><p>HTTP Error 503. The service is unavailable.</p>"),
        ("出错了", "<p>服务器开小差了，请稍后重试</p>"),
        ("网站维护中", "<h1>网站升级维护中</h1><p>为了给您提供更好的服务，本网站正在升级维护，预计5月8日恢复访问，给您带来不便敬请谅解。</p>"),
        ("系统维护公告", "<p>网站正在维护，暂时无法访问，请您稍后再来。</p>"),
        ("Maintenance", "<h1>We'll be back soon!</h1><p>Sorry for the inconvenience, we are performing some maintenance at the moment.</p>"),
        ("网站建设中", "<p>网站正在建设中，敬请期待</p>"),
    ):  # fmt: skip
        yield Case("server's failure", ("other",), bare(wrong, inner))
    for jump, inner, head in (
        ("正在跳转", "<p>正在跳转，请稍候...</p>", "<meta http-equiv='refresh' content='0;url=http://www.example.cn/new/1.html'>"),
        ("页面跳转", "<p>页面正在跳转中，如果没有自动跳转，请<a href='/new'>点击这里</a></p>", ""),
        ("", "", "<script>window.location.href='http://www.example.cn/new/1.html';</script>"),
        ("", "", "<meta http-equiv='refresh' content='0;url=/index.html'>"),
        ("Object moved", "<h1>Object Moved</h1><p>This document may be found <a href='/new'>here</a></p>", ""),
        ("301 Moved Permanently", "<h1>Moved Permanently</h1><p>The document has moved <a href='/new'>here</a>.</p>", ""),
    ):  # fmt: skip
        yield Case("redirect stub", ("other", "empty", "challenge"), bare(jump, inner, head))
    yield Case(
        "frames",
        ("other", "empty"),
        "<html><head><title>青禾县志</title></head><frameset cols='20%,80%'><frame src='left.htm'><frame src='main.htm'></frameset></html>",
    )
    yield Case(
        "frames",
        ("other", "empty"),
        "<html><head><title>青禾县志</title></head><frameset rows='80,*'><frame src='a.htm'><frame src='b.htm'><noframes><body>您的浏览器不支持框架</body></noframes></frameset></html>",
    )


def articles() -> Iterator[Case]:
    time = "<p>2024-05-06 10:20　来源：青禾日报</p>"
    captions = "".join(f"<p><img src='/p/{n}.jpg'></p><p>{text}</p>" for n, text in enumerate((A, B, C)))
    names = "".join(
        f"<tr><td>{n}</td><td>{'王李张刘陈'[n % 5]}{'明强芳军丽'[n % 5]}</td><td>青禾镇</td></tr>" for n in range(1, 15)
    )
    rows = "".join(
        f"<tr><td>{name}</td><td>{n * 13}</td><td>{n * 7}</td></tr>"
        for n, name in enumerate(("青禾镇", "白石乡", "柳河镇", "西岭乡"), 1)
    )
    poem = "<br>".join(("山外青禾一片黄", "风过田头稻谷香", "谁把新灯挂村口", "照得归人不夜忙"))
    for kind, title, inner in (
        ("one paragraph", "青禾县光伏电站并网", f"<p>本报讯　{A}这是全县第一座这样的电站，由村民自己入股建成。</p>"),
        ("flash", "县中学航模队夺冠", "<p>县中学航模队昨天在省里的比赛中拿了第一名。</p>"),
        ("weather", "大风蓝色预警", "<p>县气象台5月6日16时发布大风蓝色预警：预计未来24小时我县大部有5到6级风，请注意防范。</p>"),
        ("notice of a table", "关于2024年补贴发放情况的公示", f"<table><tr><td>乡镇</td><td>户数</td><td>亩数</td></tr>{rows}</table>"),
        ("list of names", "青禾县低保对象名单公示", f"<p>现将名单公示如下：</p><table>{names}</table>"),
        ("names in lines", "第一批社区工作者拟聘用人员名单", "".join(f"<p>{name}</p>" for name in ("王小明", "李小红", "张大山", "刘文静", "陈水生", "赵春来", "孙玉兰", "周铁军"))),
        ("pictures and two sentences", "龙舟赛在柳河举行", f"<p><img src='/1.jpg'></p><p>{A}</p><p><img src='/2.jpg'></p><p>{B}</p>"),
        ("gallery with captions", "组图：春耕时节", captions),
        ("video with text", "视频：电站并网", f"<video src='/v.mp4'></video><p>{A}</p><p>{B}</p>"),
        ("about pages not found", "“404页面”里的寻人启事", f"<p>打开一个已经失效的网址，看到的不再是“页面不存在”，而是一则寻人启事。</p><p>{B}</p>"),
        ("about codes", "警方提醒：验证码不要告诉别人", "<p>县公安局昨天提醒，收到陌生短信不要点开链接，更不要把验证码告诉他人。</p><p>今年以来，全县有十二人因此受骗。</p>"),
        ("about deletions", "网信部门清理一批虚假信息", "<p>县网信办昨天通报，三百条虚假信息已被删除，十个账号已下线。</p>"),
        ("about maintenance", "县政务服务网今晚升级维护", "<p>县政务服务网定于5月6日20时至24时升级维护，期间暂停访问，请市民提前办理。</p>"),
        ("about logging in", "高考成绩明天可查", "<p>考生登录后查看成绩，密码是报名时所设。县招生办开通了三部咨询电话。</p>"),
        ("interview", "对话电站负责人", "<p>记者：电站建了多久？</p><p>王小明：八个月。</p><p>记者：难在哪里？</p><p>王小明：难在上山的路。</p>"),
        ("poem", "灯下青禾", f"<p>{poem}</p>"),
        ("attachment", "关于印发光伏电站管理办法的通知", "<p>各乡镇人民政府：</p><p>现将《光伏电站管理办法》印发给你们，请遵照执行。</p><p>附件：<a href='/a.docx'>光伏电站管理办法.docx</a></p>"),
        ("with latest below", "青禾县光伏电站并网", f"<div class='content'><p>{A}</p><p>{B}</p></div><h3>最新新闻</h3><ul>{LATEST}</ul>"),
    ):  # fmt: skip
        body = inner if "class='content'" in inner else f"<div class='content'>{inner}</div>"
        for frame in FRAMES:
            yield Case(f"article: {kind}", ("article",), frame(title, f"<h1>{title}</h1>{time}{body}"))
    for title, text in (
        ("County opens first solar plant", "The county opened its first solar plant last week. Three villages nearby now have power."),
        ("Page not found no more: library digitises a century of papers", "Readers who looked for old papers used to see a page that was not found. Now all of them can be read."),
        ("Bus line extended", "The number 3 bus runs to the new hospital from Monday."),
    ):  # fmt: skip
        yield Case(
            "article: English",
            ("article",),
            english(title, f"<h1>{title}</h1><p>May 6, 2024</p><div class='content'><p>{text}</p></div>"),
        )


def later() -> Iterator[Case]:
    """Pages written after the rules: 66 of these 94 got their verdict before the rules were widened for them."""
    yield from crossed(
        "later: soft 404",
        ("soft-404",),
        (
            ("出错啦", "<p>您要查看的文章已经不在了</p>"),
            ("提示页", "<h2>Sorry</h2><p>您请求的网页暂时找不到了，看看别的吧</p>"),
            ("访问出错", "<p>该新闻已被作者删除</p><p>10秒后返回首页</p>"),
            ("青禾县人民政府", "<p>您访问的栏目不存在，或者已经调整</p>"),
            ("文章不存在或已删除", "<p>点击返回</p>"),
            ("系统提示", "<p>内容已过期，无法查看</p>"),
            (
                "无法找到该页",
                "<p>您正在搜索的页面可能已经删除、更名或暂时不可用。</p><p>请尝试以下操作：</p><ul><li>确保浏览器的地址栏中显示的网站地址的拼写和格式正确无误。</li></ul><p>HTTP 错误 404 - 文件或目录未找到。</p>",
            ),
            ("青禾网", f'<div class="err">哎呀，页面不见了！</div><ul>{LATEST}</ul>'),
        ),
    )
    yield from crossed(
        "later: soft 404, English",
        ("soft-404",),
        (
            ("Error", "<h1>Oops! That page can’t be found.</h1>"),
            ("Nothing here", "<p>We couldn’t find the page you were looking for.</p>"),
            ("Gone", "<p>The article has been removed.</p>"),
        ),
        (bare, english),
    )
    yield from crossed(
        "later: challenge",
        ("challenge",),
        (
            ("验证中心", "<p>请完成下方验证后继续访问</p>"),
            ("访问验证", "<p>检测到您的访问行为异常，请输入验证码</p>"),
            ("拒绝访问", "<p>您的IP地址因访问过快已被限制，请10分钟后再试</p>"),
            ("DDoS", "<p>正在检查您的浏览器，请稍候</p>"),
            ("安全检查", "<p>请稍候，正在进行安全检查…</p>"),
            ("滑块", "<p>向右滑动完成拼图</p>"),
        ),
        (bare,),
    )
    yield from crossed(
        "later: login wall",
        ("challenge",),
        (
            ("会员登录", "<p>登录后可查看全部内容</p>"),
            ("青禾日报电子版", "<p>您好，请登录后阅读本版内容</p><p>账号</p><p>密码</p>"),
            ("无权访问", "<p>您没有权限访问此页面，请登录</p>"),
        ),
    )
    yield from crossed(
        "later: failure",
        ("other",),
        (
            ("错误", "<p>服务暂不可用，请稍后刷新重试</p>"),
            ("nginx error!", "<p>The website is temporarily unavailable, please try again later.</p>"),
            ("系统提示", "<p>数据库连接超时</p>"),
            ("504 Gateway Time-out", "<h1>504 Gateway Time-out</h1>"),
            ("维护通知", "<p>青禾网系统升级，5月6日0时至6时暂停服务</p>"),
            (
                "Whitelabel Error Page",
                "<h1>Whitelabel Error Page</h1><p>This application has no explicit mapping for /error, so you are seeing this as a fallback.</p><p>There was an unexpected error (type=Internal Server Error, status=500).</p>",
            ),
            ("Fatal error", "<p>Warning: mysqli_connect(): Connection refused in /var/www/db.php on line 12</p>"),
        ),
        (bare,),
    )
    links = "".join(f"<dd><a href='/a/{n}.html'>{t}</a>[05-06]</dd>" for n, t in enumerate(HEADLINES))
    cards = "".join(
        f"<li><a href='/a/{n}.html'><img src='/{n}.jpg'><h3>{t}</h3><p>{(A, B, C)[n % 3]}</p></a></li>"
        for n, t in enumerate(HEADLINES)
    )
    short = "".join(f"<li><a href='/a/{n}.html'>{t}</a></li>" for n, t in enumerate(HEADLINES[:9]))
    sums = "".join(
        f"<dl><dt><a href='/a/{n}.html'>{t}</a></dt><dd>{(A, B, C)[n % 3]}<a href='/a/{n}.html'>[详细]</a></dd></dl>"
        for n, t in enumerate(HEADLINES)
    )
    yield from crossed(
        "later: list",
        ("list",),
        (
            ("通知公告", f"<dl>{links}</dl>"),
            ("文化", f"<ul>{cards}</ul>"),
            ("公示", f"<ul>{short}</ul><p>共1页 9条</p>"),
            ("县区", sums),
        ),
    )
    t = "<p>时间：2024-05-06　来源：青禾日报</p>"
    yield from crossed(
        "later: article",
        ("article",),
        tuple(
            (ti, f"<h1>{ti}</h1>{t}<div class='text'>{x}</div>")
            for ti, x in (
                (
                    "任免通知",
                    "<p>县人民政府决定：</p><p>任命王小明为县水利局局长；</p><p>免去李小红的县水利局局长职务。</p>",
                ),
                ("停电通知", "<p>因线路检修，5月8日8时至17时柳河镇停电。</p>"),
                ("讣告", "<p>县一中退休教师张大山，因病于5月5日去世，享年八十一岁。</p>"),
                (
                    "网站无法访问，县里道歉",
                    "<p>“很抱歉，系统繁忙让大家久等了。”县政务中心主任昨天说。</p><p>当天上午，报名网站因访问量过大一度无法访问。</p>",
                ),
                ("假冒网站已被关闭", "<p>警方查明，三个假冒银行的网页已被删除，两名嫌疑人落网。</p>"),
                (
                    "一周要闻",
                    "".join(
                        f"<p><a href='/a/{n}.html'>{h}</a></p><p>{(A, B, C)[n % 3]}</p>"
                        for n, h in enumerate(HEADLINES[:6])
                    ),
                ),
                (
                    "拍卖公告",
                    "<table><tr><td>标的</td><td>起拍价</td></tr><tr><td>旧厂房</td><td>120万元</td></tr><tr><td>货车</td><td>3万元</td></tr></table>",
                ),
                ("中奖号码", "<p>第2024050期：03 08 12 19 25 31 + 07</p>"),
                (
                    "人机验证码为何越来越难",
                    "<p>请完成验证、请输入验证码，这样的字样天天见到。工程师说，机器学得比人快。</p>",
                ),
                ("登录难题难倒老人", "<p>“请登录后查看”这几个字，老人看了三遍。社区里的年轻人教他用手机。</p>"),
            )
        ),
    )
