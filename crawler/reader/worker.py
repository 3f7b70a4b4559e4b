"""The process that reads: started once, it imports what reading needs and forks a worker for each socket it is sent.

It has one thread and holds nothing but the socket to the crawl, so that forking is safe and quick, which it is not in
the crawl itself with its threads, database and locks. It ends when the crawl closes that socket or ends in any way.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import NoReturn

from crawler.reader.limits import bound_memory, has_grown, time_limit
from crawler.reader.task import Answer, Task
from crawler.reader.wire import ACCEPTED, LENGTH, Reply, reply_to_bytes, task_from_bytes

_PR_SET_PDEATHSIG = 1  # prctl(2), Linux
OUT_OF_MEMORY = "Reading it took more memory than a page may take."
FIRST = Task(
    (
        "<html><head><meta charset=utf-8><title>园区通报_岚川新闻网</title></head><body><h1>园区通报</h1>"
        "<div>2026-11-03 09:00 来源：岚川日报 作者：陆文舟</div><div class=content>"
        + "<p>　　园区前三季度完成产值四十二亿元，同比增长百分之六点三，用工人数增加。</p>" * 4
        + "</div><div>责任编辑：白青禾</div><div>岚ICP备00000005号</div></body></html>"
    ).encode(),
    "http://news.example/202611/t20261103_1.html",
)
SECOND = Task(
    (
        "<html><head><meta charset=gb2312><title>园区通报_岚川新闻网</title></head><body><div><ul>"
        + "".join(f"<li><a href=/c/{place}/>{place}新闻</a></li>" for place in "京津冀晋蒙辽吉黑沪苏")
        + "</ul></div><div>您现在的位置：<a href=/>首页</a> &gt; <a href=/news/>新闻</a></div><h2>园区通报</h2>"
        "<table><tr><td>2026年11月03日 09:00　稿源：岚川日报　编辑：白青禾</td></tr><tr><td class=TRS_Editor>"
        + "<p>　　园区前三季度完成产值42.5亿元，同比增长6.3%，用工人数增加。（记者 陆文舟）</p>"
        * 4
        + "<p>附件：园区通报.doc</p></td></tr></table><div>分享到：<a href=#>微信</a></div><div>上一篇："
        "<a href=/1.html>园区开工</a></div><div>[1] [2] 下一页</div><div>版权所有 未经授权不得转载</div></body></html>"
    ).encode("gbk"),
    "http://news.example/202611/t20261103_2.html",
)
"""What FIRST has no need of: another charset, a table, links, a breadcrumb, pages."""


def main(control: int, work: str, seconds: float) -> None:
    """Fork workers until the socket `control` is closed. `work` names the function that reads: "module:name".

    What rarer pages need is got ready when a second worker is asked for: one page alone is not made to wait for it.
    """
    for number in (signal.SIGINT, signal.SIGTERM):  # meant for the crawl, which ends in order and us with it
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries the workers
    function = _function(work)
    function(FIRST)  # tables are read at their first use: once, here
    gc.freeze()  # what is there now stays shared with the workers
    with socket.socket(fileno=control) as crawl:
        for forked in count():
            connection = _asked_for(crawl)
            if connection is None:
                break
            if forked == 1:
                function(SECOND)
                gc.freeze()
            parent = os.getpid()
            if os.fork() == 0:
                crawl.close()
                _end_with(parent)
                _serve(connection, function, seconds)
            connection.close()


def _end_with(parent: int) -> None:
    """End this process when its parent ends, at once on Linux; elsewhere the time limit and the closed socket do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we could say so
        os._exit(1)


def _function(name: str) -> Callable[[Task], Answer]:
    module, _, attribute = name.partition(":")
    function: Callable[[Task], Answer] = getattr(import_module(module), attribute)
    return function


def _asked_for(crawl: socket.socket) -> socket.socket | None:
    """The socket of the next worker; None when the crawl is over."""
    try:
        _, sent, _, _ = socket.recv_fds(crawl, 1, 1)
    except ConnectionError:
        return None
    return socket.socket(fileno=sent[0]) if sent else None


def _serve(connection: socket.socket, function: Callable[[Task], Answer], seconds: float) -> NoReturn:
    """Read page after page until the socket is closed."""
    try:
        bound_memory()
        connection.sendall(LENGTH.pack(os.getpid()))
        while (header := _exactly(connection, LENGTH.size)) is not None:
            message = _exactly(connection, *LENGTH.unpack(header))
            if message is None:
                break
            task = task_from_bytes(message)
            connection.sendall(ACCEPTED)
            with time_limit(seconds):
                reply, said = _read(function, task)
            connection.sendall(said)
            if reply.last:
                break
    except ConnectionError:
        pass  # the crawl has ended or does not want this page any more
    finally:
        os._exit(0)


def _read(function: Callable[[Task], Answer], task: Task) -> tuple[Reply, bytes]:
    try:
        reply = Reply(function(task), last=has_grown())
        return reply, reply_to_bytes(reply)
    except MemoryError:
        reply = Reply(Answer.of_stopped(OUT_OF_MEMORY), last=True)
    except Exception as error:  # noqa: BLE001 - the supervisor of one page: the crawl records it
        at = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__}: {error}"[:2000].encode("utf-8", "replace").decode()
        reply = Reply(fault=f"{told} ({Path(at.filename).name}, line {at.lineno})")
    return reply, reply_to_bytes(reply)


def _exactly(connection: socket.socket, count: int) -> bytearray | None:
    """So many bytes; None if the socket was closed before."""
    data = bytearray(count)
    view = memoryview(data)
    while view:
        got = connection.recv_into(view)
        if not got:
            return None
        view = view[got:]
    return data
