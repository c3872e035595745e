"""Words that the engine brings to pages as constants: what `told` has to find in the catalogue."""

from collections.abc import Iterator

from engine import model
from engine.org import ROLE_NAMES
from engine.reports.scores import POINTS

# Where the engine builds texts for whoever looks: a module, and which of its names (without names, all that it says).
# tools/engine_texts.py finds the texts in the source, so that they are written once.
SPEAKERS: dict[str, tuple[str, ...]] = {
    "engine.bpmn.compiler": (),
    "engine.bpmn.diagram.events": (),
    "engine.bpmn.diagram.mapping": (),
    "engine.bpmn.diagram.reader": (),
    "engine.bpmn.diagram.stubs": (),
    "engine.bpmn.diagram.tasks": (),
    "engine.lexicon.dictionary": ("KINDS",),
    "engine.limits.explaining": (),
    "engine.limits.limit": ("URGENCIES",),
    "engine.org.differences": (),
    "engine.org.standing": (),
    "engine.org.vacancies": ("AWAY", "UNHELD"),
    "engine.org.wishes": (),
    "engine.org.wording": (),
    "engine.package.adopted": (),
    "engine.package.manifest": ("Term",),
    "engine.package.plan": ("DEFAULT_OUTCOMES", "WORDS", "CHECK_FIRST", "FILL_FIRST"),
    "engine.package.revision": ("LABELS",),
    "engine.package.wording": (),
    "engine.progress.carrying_out": ("EFFECTS", "FALLEN"),
    "engine.progress.circulars": ("UNTOLD",),
    "engine.progress.entry_questions": ("WISHES",),
    "engine.progress.faster": (),
    "engine.progress.foresight": (),
    "engine.progress.knowing": ("UNTOLD", "UNREAD"),
    "engine.progress.publishing": (),
    "engine.progress.slips": ("PROPOSED", "COLOURS", "REASONS"),
    "engine.progress.stopwatch": ("REASONS", "WORDS"),
    "engine.progress.viewing": (),
    "engine.reports.wording": ("FORMULAS",),
    "engine.store.directories": ("UNKNOWN",),
    "engine.store.judging": ("UNTRUE", "HIDDEN"),
    "engine.verbs.archives.listing": ("FULL", "NO_PAPER", "NO_PACKAGE", "NOTHING", "ELECTRONIC"),
    "engine.verbs.archives.making": ("BROKEN",),
    "engine.verbs.calendars.previewing": ("WORDS",),
    "engine.verbs.house_limits": (),
    "engine.verbs.inbox.rows": (),
    "engine.verbs.incidents": (),
    "engine.verbs.jobs": (),
    "engine.verbs.meetings": ("PHASES", "CALLED_OFF"),
    "engine.verbs.notifications.wording": ("TITLES", "KINDS"),
    "engine.verbs.people.handing_over": ("BY_POSTS",),
    "engine.verbs.people.importing": ("REASON", "DIRECTORY"),
    "engine.verbs.registers.columns": ("NUMBER", "STATE", "SOURCE"),
    "engine.verbs.registers.wording": (),
    "engine.verbs.replanning.changing": ("CHANGED", "CALLED_OFF"),
    "engine.verbs.reports.lines": (),
    "engine.verbs.reports.listing": (),
    "engine.verbs.reports.seeing": (),
    "engine.verbs.revising.reading": ("STATES", "GIVEN"),
    "engine.verbs.supervision.matters": (),
    "engine.verbs.supervision.workbooks": ("LIGHTS", "STATES"),
    "engine.verbs.texts": ("NAMES",),
    "engine.verbs.work.adding": ("PLACES",),
    "engine.verbs.work.effects": (),
    "engine.verbs.work.explaining": (),
}
# what packages of the house are sorted by, channels and kinds of changes: words of data that pages show as their own
SORTED_BY = (
    *("公文", "会议", "用印", "督办", "督查文书", "行政"),
    *("公开", "内部", "工作秘密", "普通商密", "核心商密", "商密"),
    *("企业微信", "钉钉", "飞书"),
    *("新增", "修改", "取消"),
)

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
# said in the midst of functions: units of a limit, and what a roster changes
WRITTEN_OUT = ("分钟", "小时", "姓名", "邮箱", "电话", "名称", "简称", "类型", "上级")


def words() -> Iterator[str]:
    """Each of them once or more; tools/words.py keeps them in the catalogue."""
    yield from (*SORTED_BY, *OUTCOMES, *WRITTEN_OUT, *model.URGENCIES)
    yield from (*ROLE_NAMES.values(), *POINTS)
    yield "{0}A角{1}"  # a person in a post, as engine.org.standing puts them together
