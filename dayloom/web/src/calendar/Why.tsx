import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "../api/client";
import { type Change, type Entry as Said, useThread } from "../conversation/thread";
import { useRiskWords } from "../tasks/risks";
import { Button } from "../ui/Button";
import { useClock, wallOf } from "./clock";
import { previewKey, type ShownDraft } from "./draft";
import type { Task } from "./grid";
import type { Place } from "./moves";
import { violationWords } from "./refusal";
import { evenness } from "./WhatIf";
import styles from "./Why.module.css";

interface WhyProps {
  task: Task;
  draft: ShownDraft;
  onMove: ((to: Place) => void) | undefined;
}

/** Why a task lies where it does, and where else it could lie. */
export function Why({ task, draft, onMove }: WhyProps) {
  const { t } = useTranslation();
  const { id, entries } = useThread();
  const found = useQuery({
    queryKey: [...previewKey(id), "why", task.id],
    enabled: id !== null && !draft.past,
    queryFn: async () => {
      const path = { thread_id: id ?? "", task_id: task.id };
      return (await api.GET("/threads/{thread_id}/preview/tasks/{task_id}", { params: { path } })).data;
    },
  });
  const said = reasonOf(task.id, draft.changes, entries);
  const facts = useFacts(found.data, draft);
  const lines = [...(said ? [said] : []), ...facts];
  return (
    <section className={styles.why}>
      <h3>{t("calendar.entry.why")}</h3>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
        {lines.length === 0 && !found.isLoading && <li>{t("calendar.entry.unknown")}</li>}
      </ul>
      {found.data && onMove && <Others found={found.data} draft={draft} onMove={onMove} />}
    </section>
  );
}

/** What the planner said when it laid the task there: beside the draft, or on the last card about it. */
function reasonOf(task: number, changes: readonly Change[], entries: readonly Said[]): string | undefined {
  const cards = entries.flatMap((entry) => (entry.type === "card" ? [entry.payload] : [])).reverse();
  const shown = cards.flatMap((payload) => (payload as { dayloom?: { changes?: Change[] } }).dayloom?.changes ?? []);
  return [...changes, ...shown].find((one) => one.task_id === task && one.reason)?.reason ?? undefined;
}

function useFacts(found: Schema<"Explained"> | undefined, { schedule, risks }: ShownDraft): string[] {
  const { t } = useTranslation();
  const clock = useClock();
  const sayRisk = useRiskWords();
  if (!found) return [];
  const risk = risks.get(found.task_id);
  const sooner = found.sooner.map((one) => violationWords(one, schedule, t, clock));
  return [
    ...(found.fixed ? [violationWords(found.fixed, schedule, t, clock)] : []),
    ...(found.why ? [found.why] : []),
    ...(found.after ? [t("calendar.entry.because.after", { title: found.after.title })] : []),
    ...(found.before ? [t("calendar.entry.because.before", { title: found.before.title })] : []),
    ...(sooner.length ? [t("calendar.entry.because.sooner", { why: [...new Set(sooner)].join(" ") })] : []),
    ...(risk ? [sayRisk(risk)] : []),
    ...(found.fits ? [t("calendar.entry.because.fits", { count: found.fits })] : []),
  ];
}

/** The nearest other places, and how even the days would be then. */
function Others({
  found,
  draft,
  onMove,
}: {
  found: Schema<"Explained">;
  draft: ShownDraft;
  onMove: (to: Place) => void;
}) {
  const { t } = useTranslation();
  const clock = useClock();
  const zone = draft.schedule.timezone;
  const others = [found.earlier, found.later].filter((one) => one !== null && one !== undefined);
  return (
    <div className={styles.others}>
      {others.map(({ at, load }) => (
        <Button key={at.start} onPress={() => onMove({ day: at.day, slot_start: at.slot_start })}>
          {t("calendar.whatif.other", { when: clock.span(wallOf(at.start, zone), wallOf(at.end, zone)) })}
          {evenness(load).map((name) => (
            <small key={name}>{t(`calendar.whatif.short.${name}`)}</small>
          ))}
        </Button>
      ))}
    </div>
  );
}
