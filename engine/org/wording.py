"""What a performer rule asks for, in words for those who read why something is on their desk."""

import re

FUNCTIONS = {
    "everyone": "全体人员",
    "admins": "流程管理员",
    "role": "具有某角色的人员",
    "person": "指定人员",
    "people": "指定的多人",
    "initiator": "发起人",
    "drafter": "拟稿人",
    "performer": "当前办理人",
    "performers_of": "某环节的全部办理人",
    "performer_of": "某环节的办理人",
    "first_contact": "首问责任人",
    "host": "会议主持人",
    "checklist_owner": "清单项责任人",
    "post": "岗位现任 A 角",
    "post_group": "岗位候选组（任一人领办）",
    "unit_head": "单位主要负责人",
    "unit_liaison": "单位联络员",
    "unit_clerk": "单位文书",
    "dept_head": "所在部门负责人",
    "liaison": "所在部门联络员",
    "lead_head": "主办单位负责人",
    "cosign": "各会签部门负责人",
    "in_charge": "分管领导",
    "superior": "直属上级",
    "principal": "主要领导",
    "legal_rep": "法定代表人",
    "seal_keeper": "印章保管人",
    "seal_witness": "监印人",
    "after_hours": "非办公时间",
    "unnamed": "其中还没有登记的",
    "duty": "值班员",
    "duty_leader": "带班领导",
}
# role -> what whoever has it is called
ROLE_NAMES = {
    "user": "普通用户",
    "clerk": "文秘",
    "leader": "领导",
    "supervisor": "督查",
    "designer": "流程设计",
    "admin": "管理员",
    "security": "安全管理员",
    "auditor": "审计",
}
_ROLE = re.compile(r"\brole\(\s*'([a-z]+)'\s*\)")
_CALL = re.compile(r"\b([a-z_]+)\(")


def in_words(rule: str) -> str:
    """The functions of a rule in words, in their order; empty if it calls none that we know."""
    roles = [f"{ROLE_NAMES[role]}（{role}）" for role in _ROLE.findall(rule) if role in ROLE_NAMES]
    rest = _ROLE.sub("", rule) if roles else rule
    called = [FUNCTIONS[name] for name in _CALL.findall(rest) if name in FUNCTIONS]
    return "、".join(dict.fromkeys([*roles, *called]))
