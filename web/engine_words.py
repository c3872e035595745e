"""Words that the engine brings to pages as constants: what `told` has to find in the catalogue."""

from collections.abc import Iterator

from engine import lexicon, model
from engine.package import plan
from engine.progress import foresight, viewing
from engine.store import judging
from engine.verbs import incidents, jobs
from engine.verbs.inbox import rows

# what the buttons of the processes that come with the program say more than once; others stay as a package writes them
OUTCOMES = (
    "通过", "不通过", "同意", "不同意", "提交", "送审", "签收", "签发", "不签发", "确认", "登记", "签字", "签到",
    "阅示", "验收", "发布", "不发布", "交办", "拟办", "审定", "办结", "调整", "合格", "符合", "完成", "已办", "已阅",
    "已完成", "已答复", "已处理", "已实施", "已归档", "已印发", "已归还", "已用印", "已评", "已登记", "已填写",
    "已检查", "已说明", "已分发", "已发放", "无意见", "有意见", "有修改意见", "核对无误", "不涉及", "申请延期",
    "申请办结", "同意延期", "同意印发", "同意上报", "同意立项", "同意销号", "不予提交", "不予发文", "不予立项",
    "不予受理", "不予通过", "不同意用印", "拒绝用印", "修改后通过", "复核通过", "四关通过", "属实", "不属实",
    "部分属实", "缓议", "退办", "退回修改", "退回修订", "退回整改", "继续整改", "继续推进", "转督办", "改为视频会议",
    "改为文件解决", "可以办结", "起草完成", "整改完成", "处置完毕",
)  # fmt: skip
from engine.org import ROLE_NAMES
from engine.org.wording import FUNCTIONS
from engine.package.wording import COMPLETIONS, UNITS
from engine.verbs import people, texts
from web.language import N_

# said in the midst of functions
WRITTEN_OUT = (
    *(N_("分钟"), N_("小时")),  # limits of steps
    *(N_("姓名"), N_("邮箱"), N_("电话"), N_("名称"), N_("简称"), N_("类型"), N_("上级")),  # what a roster changes
)


def words() -> Iterator[str]:
    """Each of them once or more; tools/words.py keeps them in the catalogue."""
    yield from OUTCOMES
    yield "督查文书"  # a category of processes that come with the program, beside those of web/start
    yield from model.URGENCIES
    yield from viewing.STATES.values()
    yield from viewing.VERBS.values()
    yield from plan.WORDS.values()
    yield from (one.label for one in plan.DEFAULT_OUTCOMES)
    yield from (plan.CHECK_FIRST, plan.FILL_FIRST, foresight.BY_CHECKLIST, foresight.NOT_YET)
    yield from jobs.STATES.values()
    yield from (*incidents.KINDS.values(), *incidents.PLAIN.values())
    yield from lexicon.KINDS
    yield from (judging.HIDDEN, judging.UNTRUE, rows.WHOLE)
    yield from texts.NAMES.values()
    yield from ROLE_NAMES.values()
    yield from FUNCTIONS.values()
    yield from COMPLETIONS.values()
    yield from UNITS.values()
    yield from WRITTEN_OUT
    yield people.DIRECTORY
