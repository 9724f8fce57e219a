"""What a person does about a rule that does not hold.

Belongs here: one sentence or two a kind of rule.
Belongs elsewhere: what the rule means (wording.py), whom to ask (policy/expectations.yml).
"""

from collections.abc import Mapping

TOO_FEW = (
    "Ask {ask} whether files are missing. When they have landed, run the date again. If the night is right as it is, "
    "write so under “accepted” in policy/expectations.yml, then run it again."
)
TOO_MANY = "Ask {ask} whether something was sent twice, or whether more is to be expected from now on."
EMPTY = "Ask {ask} whether the column was dropped or moved; compare a file of tonight with one of last week."
MIX = (
    "Look at the bars under “What shifted”. If a new trade or a new filer explains them, nothing has to be done. "
    "If a code has changed its meaning or was mapped wrongly, tell {ask}."
)
SIZE = "Ask {ask} whether a unit or a currency has changed; look at some of the shipments."
# A list is used whole, and its newest copy is the one that counts.
LAND_WHOLE = "Land the whole list, corrected, in a folder of its own date. Until then the copy before it is used."
CHECKS: Mapping[str, str] = {
    "files_accepted": "Cause and fix stand beside the file below. `tidewaiter replay` takes the corrected file.",
    "columns_known": "Read the note beside the file below; ask {ask} what a new column means. It is kept, not used.",
    "rows_arrived": "Ask {ask} whether the feed is late. When it lands, run the date again.",
    "held_share": "The rules most often broken are named below. Usually a layout has changed: ask {ask}.",
    "codes_known": "The rows with these codes are held. Where a code is right, land a newer list or add it to the code "
    "lists, and run the date again.",
    "nothing_astray": "Move them to LANDING/<feed>/<date>/ and run that date; or away, if they are for others.",
    "newest_in_use": LAND_WHOLE,
    "lists_landed": "Land them, or know that nothing is looked up in them.",
    "lists_recent": "Fetch the newest copy from {ask} and land it in a folder of its own date, also an unchanged one.",
    "filings_agree": "Ask {ask} which one is right, and to file that one again with a later time.",
    "duty_known": "Land the list that is missing, or add the fact to policy/duties.yml. What is not declared stays "
    "unknown.",
    "rules_answer": "Trade policy adds the missing row to policy/regimes.yml, with its source.",
    "history_complete": "Run `tidewaiter nightly` for the date: it builds the missing ones first.",
    "model_holds": "Look at `tidewaiter models show` and at the features that moved; train anew, promote the model "
    "that waits with `tidewaiter models promote`, or go back with `tidewaiter models rollback`.",
    "findings_agree": "Ask {ask} which result of an exam is right, and for ids that do not begin anew with each file. "
    "To take one back, correct the file that it came in, and replay it.",
    "findings_known": "Ask {ask} what `known_at` means to them. To correct it, correct the file, and replay it.",
    "findings_matched": "Nothing, while they are few: they are tried again each night. Many at once: ask {ask} what "
    "the reference means.",
}
RULES: Mapping[str, str] = {
    "too_few_rows": TOO_FEW,
    "fewer_rows_than_usual": TOO_FEW,
    "rather_few_rows": TOO_FEW,
    "too_many_rows": TOO_MANY,
    "more_rows_than_usual": TOO_MANY,
    "too_many_refused_files": "Cause and fix stand beside each file below. `tidewaiter replay` takes corrected files.",
    "too_many_held": "See “What was held, and why”: one rule mostly explains it. Send those rows back to {ask}.",
    "snapshot_too_old": "Fetch the newest list from {ask} and land it.",
    "too_empty": EMPTY,
    "emptier_than_wanted": EMPTY,
    "too_few_values": EMPTY,
    "too_many_values": MIX,
    "drifted": MIX,
    "mix_moved": MIX,
    "shifted": SIZE,
    "too_many_zeros": SIZE,
    "wrong_digits": "Ask {ask}: many slips at once mean a wrong column, or made-up numbers.",
    "too_far_ahead": "Ask {ask}: dates so far ahead are slips of the keyboard or of a time zone.",
}
# What is said of a list instead.
FOR_LISTS: Mapping[str, str] = {
    "files_accepted": f"Cause and fix stand beside the file below. {LAND_WHOLE}",
    "too_many_refused_files": f"Cause and fix stand beside each file below. {LAND_WHOLE}",
    "held_share": f"The rules most often broken are named below; usually a layout has changed. {LAND_WHOLE}",
}
# Nothing has to be done about these tonight: they are told, and not counted.
MERELY_TOLD = frozenset({"findings_matched"})
CONTRACT_STOPS = "Show this to whoever looks after the program: the rows were made here, and the rule is its own."
CONTRACT_WARNS = "Nothing tonight: the rows go on. If it stays, ask {ask}."
NOT_EVALUATED = "Show this to whoever looks after the program: the rule itself could not be run."


def advise(source: str, rule: str, *, is_stop: bool, error: str | None, ask: str, is_list: bool) -> str:
    """Return what to do about a rule that does not hold.

    Args:
        is_list: whether it is of a feed each landing of which is a whole list.
    """
    if is_list and error is None and rule in FOR_LISTS:
        return FOR_LISTS[rule].format(ask=ask)
    if error is not None:
        return NOT_EVALUATED
    if source == "contract":
        return (CONTRACT_STOPS if is_stop else CONTRACT_WARNS).format(ask=ask)
    if source == "check":
        return CHECKS.get(rule, CONTRACT_WARNS).format(ask=ask)
    kind = next(name for name in RULES if rule == name or rule.startswith(f"{name}_"))
    return RULES[kind].format(ask=ask)
