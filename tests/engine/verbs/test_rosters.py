"""The organisation from a roster: looked at without a trace, applied whole or not at all, and only once."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from engine.errors import BadInput, BadRows, Conflict, NotAllowed
from engine.model import Actor
from engine.progress.rotation import write_slip
from engine.runtime import Engine
from engine.store import directories, house_record
from engine.verbs import audit, instances, people, work
from engine.verbs.people.settling_roster import dismiss
from tests.engine.conftest import Login
from tests.support.clock import FakeClock
from tests.support.joint import at
from tests.support.rosters import HEAD, as_csv, as_workbook, roster_of
from tests.support.rows import everything


def changed(rows: Sequence[Sequence[str]], login: str, **cells: str) -> list[list[str]]:
    """The same roster with other cells in the rows of one person."""
    found = [list(row) for row in rows]
    for row in found[1:]:
        if row[HEAD.index("登录名")] == login:
            for name, text in cells.items():
                row[HEAD.index(name)] = text
    return found


def without(rows: Sequence[Sequence[str]], *logins: str) -> list[list[str]]:
    return [list(row) for row in rows if row[HEAD.index("登录名")] not in logins]


def line(**cells: str) -> list[str]:
    return [cells.get(name, "") for name in HEAD]


NEWCOMER = line(
    登录名="xin1",
    姓名="新来的",
    单位代码="xmb",
    单位名称="项目部",
    上级代码="group",
    岗位代码="staff",
    岗位名称="经办",
    主职="是",
)


def test_the_organisation_as_it_is_changes_nothing(office: Engine, admin: Actor) -> None:
    rows, before = roster_of(office), everything(office)

    found = people.apply_roster(office, rows, "花名册.xlsx", admin)

    assert found.difference is not None
    assert found.difference.empty
    assert found.leavers == ()
    assert everything(office) == before


def test_a_preview_says_who_comes_moves_and_leaves_and_changes_nothing(
    office: Engine, who: Login, admin: Actor, clock: FakeClock
) -> None:
    number = instances.start(office, "memo", {"title": "签报"}, who("rlb1")).number
    clock.advance(timedelta(minutes=1))
    item = at(office, who, number, "Review").id
    rows = changed(without(roster_of(office), "hegao_a"), "cwb1", 姓名="周小舟", 邮箱="zhou@huayuan.example")
    rows = changed(rows, "cwb2", 岗位代码="liaison")
    rows.append(NEWCOMER)
    before = everything(office)

    found = people.preview_roster(office, rows, "花名册.xlsx", admin)

    difference = found.difference
    assert difference is not None
    assert [(m.login, m.name) for m in difference.added] == [("xin1", "新来的")]
    assert [(u.code, u.parent) for u in difference.units_added] == [("xmb", "group")]
    assert [(c.code, c.what) for c in difference.changed] == [("cwb1", ("姓名", "邮箱"))]
    assert [(r.login, r.after) for r in difference.moved] == [("cwb2", ("cwb.liaison（主职）",))]
    (leaver,) = found.leavers
    assert leaver.login == "hegao_a"
    assert [(w.item, w.number, w.to) for w in leaver.work] == [(item, number, "wenshu_a")]
    assert not found.held_back
    assert everything(office) == before


def test_what_was_looked_at_is_applied_once_and_remembered(
    office: Engine, who: Login, admin: Actor, clock: FakeClock
) -> None:
    number = instances.start(office, "memo", {"title": "签报"}, who("rlb1")).number
    clock.advance(timedelta(minutes=1))
    rows = changed(without(roster_of(office), "hegao_a"), "cwb1", 电话="010-5555")
    rows.append(NEWCOMER)
    seen = people.preview_roster(office, rows, "花名册.xlsx", admin)

    done = people.apply_roster(office, rows, "花名册.xlsx", admin, seen=seen.digest)

    assert [(w.to, w.done) for w in done.leavers[0].work] == [("wenshu_a", True)]
    now = people.directory(office)
    left = now.person("hegao_a")
    assert left is not None
    assert (left.active, now.posts_of(left)) == (False, ())
    new = now.main_unit(now.person("xin1"))
    assert new is not None
    assert (new.code, now.chain(new.id)) == ("xmb", ("xmb", "group"))
    work.decide(office, at(office, who, number, "Review").id, "approve", who("wenshu_a"))
    with office.store.reading() as tx:
        (entry,) = house_record.entries(tx)
    assert (entry.verb, entry.actor_id, entry.detail["left"]) == ("roster", admin.id, ["hegao_a"])
    clock.advance(timedelta(minutes=2))
    audit.anchor(office)
    assert audit.verify(office).tampered == ()
    again = people.apply_roster(office, rows, "花名册.xlsx", admin)
    assert again.difference is not None
    assert again.difference.empty
    with office.store.reading() as tx:
        assert len(house_record.entries(tx)) == 1


def test_work_goes_to_the_next_holder_of_the_post(office: Engine, who: Login, admin: Actor, clock: FakeClock) -> None:
    number = instances.start(office, "memo", {"title": "签报"}, who("rlb1")).number
    clock.advance(timedelta(minutes=1))
    rows = without(roster_of(office), "hegao_a")
    rows.append(line(登录名="xin1", 姓名="新核稿", 单位代码="bgs", 岗位代码="hegao", 角色="A", 主职="是"))

    looked = people.preview_roster(office, rows, "a.csv", admin)
    done = people.apply_roster(office, rows, "a.csv", admin, seen=looked.digest)

    assert [[w.to for w in p.leavers[0].work] for p in (looked, done)] == [["xin1"], ["xin1"]]
    assert at(office, who, number, "Review").performer == "新核稿"


WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"登录名": "Bad Login"}, "登录名", "小写字母"),
    ({"登录名": "neu", "姓名": ""}, "姓名", "没有姓名"),
    ({"登录名": "", "姓名": "无账号"}, "登录名", "没有登录名"),
    ({"登录名": "neu", "姓名": "新", "单位代码": "nowhere", "岗位代码": "staff"}, "单位代码", "没有这个单位"),
    ({"登录名": "neu", "姓名": "新", "单位代码": "cwb", "岗位代码": "nothing"}, "岗位代码", "没有这个岗位"),
    ({"登录名": "neu", "姓名": "新", "岗位代码": "staff"}, "单位代码", "没有写单位"),
    ({"登录名": "neu", "姓名": "新", "角色": "C"}, "角色", "应为 A"),
    ({"登录名": "neu", "姓名": "新", "主职": "也许"}, "主职", "应为 否"),
    ({"登录名": "neu", "姓名": "新", "邮箱": "nobody"}, "邮箱", "不是邮箱地址"),
    ({"登录名": "neu", "姓名": "新" * 41}, "姓名", "超过 40"),
    ({"登录名": "neu", "姓名": "新\u202e人"}, "姓名", "不可见"),
    ({"登录名": "cwb1", "姓名": "另一个人", "单位代码": "bgs", "岗位代码": "staff"}, "姓名", "同一个人应写得一样"),
    ({"单位代码": "neu", "单位名称": "新部", "上级代码": "nowhere"}, "上级代码", "没有这个上级"),
    ({"单位代码": "neu", "单位名称": "新部", "上级代码": "neu"}, "上级代码", "圈"),
    ({"单位代码": "neu", "单位名称": "新部", "单位类型": "王国"}, "单位类型", "应为 部门"),
]


def test_a_wrong_row_is_named_and_nothing_is_taken(sqlite_office: Engine) -> None:
    rows, before, missed = roster_of(sqlite_office), everything(sqlite_office), []

    for cells, column, says in WRONG:
        with pytest.raises(BadRows) as refused:
            people.apply_roster(sqlite_office, [*rows, line(**cells)], "a.csv", None)
        found = [(f.line, f.column, says in f.message_zh) for f in refused.value.rows]
        if found != [(len(rows) + 1, column, True)] or refused.value.reason != "org.rows":
            missed.append((cells, found))

    assert missed == []
    looked = people.preview_roster(sqlite_office, [*rows, *(line(**cells) for cells, _, _ in WRONG)], "a.csv", None)
    assert len(looked.faults) >= len(WRONG)
    assert looked.difference is None
    assert everything(sqlite_office) == before


def test_who_keeps_seals_is_not_their_witness(sqlite_office: Engine) -> None:
    rows = [*roster_of(sqlite_office)]
    for post in ("yinzhang", "jianyin"):
        rows.append(line(登录名="both", 姓名="兼任", 单位代码="bgs", 岗位代码=post))

    assert [f.column for f in people.preview_roster(sqlite_office, rows, "a.csv", None).faults] == ["岗位代码"]


def test_half_a_roster_is_held_back_until_the_number_is_said(sqlite_office: Engine) -> None:
    rows = roster_of(sqlite_office)
    half, before = rows[: len(rows) // 2], everything(sqlite_office)

    looked = people.preview_roster(sqlite_office, half, "a.csv", None)

    assert looked.held_back
    for wrong in (None, 1):
        with pytest.raises(BadInput) as refused:
            people.apply_roster(sqlite_office, half, "a.csv", None, seen=looked.digest, let_go=wrong)
        assert refused.value.reason == "org.too_many_leave"
    assert everything(sqlite_office) == before
    people.apply_roster(sqlite_office, half, "a.csv", None, seen=looked.digest, let_go=len(looked.leavers))
    now = people.directory(sqlite_office)
    assert not any(person.active for leaver in looked.leavers if (person := now.person(leaver.login)))
    kept = [p.login for p in now.persons if p.active and p.roles & {"admin", "security", "auditor"}]
    assert {"admin", "auditor"} <= set(kept)


def test_what_has_changed_since_the_preview_is_not_applied(sqlite_office: Engine) -> None:
    rows = changed(roster_of(sqlite_office), "cwb1", 姓名="周小舟")
    seen = people.preview_roster(sqlite_office, rows, "a.csv", None).digest
    people.add_person(sqlite_office, "late", "后来的人", None)

    with pytest.raises(Conflict) as refused:
        people.apply_roster(sqlite_office, rows, "a.csv", None, seen=seen)

    assert refused.value.reason == "org.preview_old"


def test_a_company_imports_its_own_people_only(office: Engine, who: Login) -> None:
    people.add_person(office, "ca_admin", "子公司管理员", None, roles=["user", "admin"])
    people.appoint(office, "ca_admin", "ca", "liaison", None, role="B", main=True)
    mine, rows = who("ca_admin"), roster_of(office)
    own = [row for row in rows if row[HEAD.index("单位代码")] in ("单位代码", "ca")]
    strange = [*own, line(登录名="cwb1", 姓名="周小舟", 单位代码="ca", 岗位代码="liaison")]

    looked = people.preview_roster(office, own, "a.csv", mine)

    assert looked.difference is not None
    assert looked.difference.empty
    assert {f.message_zh for f in people.preview_roster(office, strange, "a.csv", mine).faults} == {
        "不在您管理的单位范围内"
    }
    assert people.preview_roster(office, rows, "a.csv", mine).faults
    with pytest.raises(NotAllowed):
        people.preview_roster(office, rows, "a.csv", who("cwb1"))


def test_a_leaver_who_is_listed_again_comes_back(sqlite_office: Engine) -> None:
    rows = roster_of(sqlite_office)
    people.apply_roster(sqlite_office, without(rows, "cwb1"), "a.csv", None)

    found = people.apply_roster(sqlite_office, rows, "a.csv", None)

    assert found.difference is not None
    assert [m.login for m in found.difference.back] == ["cwb1"]
    assert roster_of(sqlite_office) == rows


def test_workbooks_and_both_encodings_of_csv_are_read_alike(sqlite_office: Engine) -> None:
    rows = roster_of(sqlite_office)
    tables = [
        people.table_rows(as_workbook(rows), "a.xlsx"),
        people.table_rows(as_csv(rows, "utf-8-sig"), "a.csv"),
        people.table_rows(as_csv(rows, "gb18030"), "A.CSV"),
    ]

    for table in tables:
        found = people.preview_roster(sqlite_office, table, "a", None)
        assert (found.faults, found.difference is not None and found.difference.empty) == ((), True)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\xff\xfe\x00\x81", "a.csv"),
        (b"PK\x03\x04nothing", "a.xlsx"),
        ("登录名,姓名,星座\na,b,c".encode(), "a.csv"),
        ("姓名\n张三".encode(), "a.csv"),
        ("登录名,登录名,姓名\na,b,c".encode(), "a.csv"),
        ("登录名,姓名\n".encode(), "a.csv"),
        (b"", "a.csv"),
    ],
)
def test_a_file_that_is_no_roster_says_why(sqlite_office: Engine, content: bytes, name: str) -> None:
    with pytest.raises(BadInput) as refused:
        people.preview_roster(sqlite_office, people.table_rows(content, name), name, None)

    assert refused.value.reason in ("org.table", "xlsx.broken")
    assert refused.value.hint


def test_the_work_of_a_leaver_moves_on_after_an_interruption(office: Engine, who: Login, clock: FakeClock) -> None:
    number = instances.start(office, "memo", {"title": "签报"}, who("rlb1")).number
    clock.advance(timedelta(minutes=1))
    # what is committed when the program dies before the first part has moved
    with office.store.transaction() as tx:
        now = directories.load(tx, office.now(), office.zone)
        leaver = now.person("hegao_a")
        assert leaver is not None
        dismiss(tx, now, leaver.id)
        write_slip(tx, "leaver", leaver, None, office.now(), by=None, due=office.now(), reason="花名册中已不在岗")
    office.forget()

    assert people.keep_up(office) == 1

    assert at(office, who, number, "Review").performer == "林晓雯"
    (slip,) = people.handovers(office, who("admin"))
    assert (slip.state, slip.receiver, [m.to for m in slip.moved]) == ("done", "按岗位规则确定的人员", ["wenshu_a"])
    assert people.keep_up(office) == 0
