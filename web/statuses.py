"""What an HTTP status means to whoever asked: what happened, and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What happened, in both languages, and what to do."""

    message_zh: str
    hint: str
    message_en: str


TEXTS: dict[int, Words] = {
    400: Words(
        message_zh="请求的内容无法识别。", hint="请返回上一页重试。", message_en="The request cannot be understood."
    ),
    401: Words(message_zh="请先登录。", hint="登录后会回到这里。", message_en="Please sign in."),
    403: Words(
        message_zh="您没有权限查看或操作这里。",
        hint="如需办理，请联系流程管理员或部门联络员。",
        message_en="You may not do this.",
    ),
    404: Words(
        message_zh="没有找到这个页面或这件公文。",
        hint="请核对编号，或按标题搜索。",
        message_en="There is no such thing.",
    ),
    405: Words(
        message_zh="这个地址不支持这种操作。",
        hint="请返回上一页，用页面上的按钮操作。",
        message_en="This address does not offer that.",
    ),
    408: Words(
        message_zh="上传时间过长，连接已断开。", hint="请检查网络后重试。", message_en="The request took too long."
    ),
    409: Words(message_zh="这件刚刚被别人办理过。", hint="请刷新后再看。", message_en="Somebody was faster."),
    410: Words(message_zh="这里的内容已经撤下。", hint="请从待办或搜索进入。", message_en="This is gone."),
    413: Words(message_zh="上传的内容太大。", hint="请减小文件，或分几次上传。", message_en="This is too large."),
    414: Words(message_zh="地址太长。", hint="请缩短搜索或筛选的内容后重试。", message_en="The address is too long."),
    415: Words(
        message_zh="不支持这种内容格式。", hint="请按说明的格式提交。", message_en="This format is not supported."
    ),
    429: Words(message_zh="操作过于频繁。", hint="请稍等一分钟再试。", message_en="Too many requests."),
    431: Words(
        message_zh="请求头太长。",
        hint="请清除浏览器的 Cookie 后重试。",
        message_en="The headers of the request are too long.",
    ),
    500: Words(
        message_zh="系统出错了，操作没有生效。",
        hint="请稍后再试；仍有问题请把编号告诉管理员。",
        message_en="An error; nothing was changed.",
    ),
    501: Words(
        message_zh="不支持这种传输方式。",
        hint="请用浏览器，或按接口说明重新发送。",
        message_en="This way of sending is not supported.",
    ),
    503: Words(
        message_zh="系统正在忙碌或升级。",
        hint="请稍后再试，您已保存的草稿不会丢失。",
        message_en="The service is busy or being upgraded.",
    ),
    507: Words(
        message_zh="磁盘空间不足，这次操作没有保存。",
        hint="请告诉管理员清理磁盘，之后重试。",
        message_en="The disk is full.",
    ),
}
