import { CalendarCheck, Undo2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useThread } from "../conversation/thread";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Notice } from "../ui/Notice";
import { useClock, wallOf } from "./clock";
import { useCommits } from "./commits";
import styles from "./DraftBar.module.css";
import type { ShownDraft } from "./draft";

/** What the draft is to the calendar, and the way there and back. */
export function DraftBar({ draft }: { draft: ShownDraft }) {
  const { t } = useTranslation();
  const { working, card } = useThread();
  const { apply, undo } = useCommits();
  const [asking, setAsking] = useState(false);
  const { tasks } = draft.schedule;
  const added = tasks.some((task) => task.status === "suggested");
  const written = tasks.some((task) => task.source === "task_item" && task.status === "existing");
  const asked = Boolean(card?.dayloom.changes.length);
  const still = working || card !== null || apply.isPending || undo.isPending;
  return (
    <div className={styles.bar}>
      <p className={styles.state}>{t(`calendar.draft.${stateOf(draft, working, asked, added)}`)}</p>
      {!draft.past && written && (
        <Button kind="quiet" icon={Undo2} isDisabled={still} onPress={() => undo.mutate()}>
          {t("calendar.apply.undoLast")}
        </Button>
      )}
      {!draft.past && added && (
        <Button kind="primary" icon={CalendarCheck} isDisabled={still} onPress={() => setAsking(true)}>
          {t("calendar.apply.open")}
        </Button>
      )}
      <Outdated draft={draft} />
      <Dialog title={t("calendar.apply.title")} isOpen={asking} onClose={() => setAsking(false)}>
        <Summary draft={draft} />
        <Button
          kind="primary"
          onPress={() => {
            setAsking(false);
            apply.mutate();
          }}
        >
          {t("calendar.apply.do")}
        </Button>
      </Dialog>
    </div>
  );
}

function stateOf(draft: ShownDraft, working: boolean, asked: boolean, added: boolean) {
  if (draft.past) return "past";
  if (asked) return "asked";
  if (working || draft.state === "working") return "working";
  if (added) return "here";
  return draft.schedule.tasks.some((task) => task.status === "pending") ? "empty" : "same";
}

/** Where something has come into the calendar meanwhile, and what can be done. */
function Outdated({ draft }: { draft: ShownDraft }) {
  const { t } = useTranslation();
  const clashes = draft.outdated ?? [];
  if (clashes.length === 0) return null;
  return (
    <div className={styles.notice}>
      <Notice kind="problem">
        <p>{t("calendar.draft.outdated")}</p>
        <ul>
          {clashes.map((clash) => (
            <li key={clash.task_id}>{t("calendar.draft.clash", { title: clash.title, event: clash.event })}</li>
          ))}
        </ul>
        <p>{t("calendar.draft.mend")}</p>
      </Notice>
    </div>
  );
}

/** What would be written, by day. */
function Summary({ draft }: { draft: ShownDraft }) {
  const { t } = useTranslation();
  const clock = useClock();
  const zone = draft.schedule.timezone;
  const written = draft.changes.filter((change) => change.after);
  const span = (at: { start: string; end: string }) => clock.span(wallOf(at.start, zone), wallOf(at.end, zone));
  return (
    <>
      <p>{t("calendar.apply.about", { count: written.length })}</p>
      <ul className={styles.summary}>
        {written.map(({ task_id, title, before, after }) => (
          <li key={task_id}>
            <strong>{title}</strong>
            <span>{after && span(after)}</span>
            {before && <span>{t("calendar.apply.moved", { when: span(before) })}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}
