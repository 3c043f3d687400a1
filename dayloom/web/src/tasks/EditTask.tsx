import type { TFunction } from "i18next";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../api/client";
import { Button } from "../ui/Button";
import { Choice, Field } from "../ui/Field";
import { Hours } from "../ui/Hours";
import { Notice } from "../ui/Notice";
import { Toggle } from "../ui/Toggle";
import { toast } from "../ui/toasts";
import { Weekdays } from "../ui/Weekdays";
import styles from "./Dialogs.module.css";
import { useTaskChange } from "./list";
import { fieldsOf, type Listed, minutesOf, type TaskFields, writeLength } from "./task";
import { useSlotMinutes } from "./words";

/** The form as it is typed: words, which the service reads. */
interface Typed {
  title: string;
  duration: string;
  deadline: string;
  earliest: string;
  category: string;
  priority: string;
  weekdays: number[];
  time_range: string;
  repeat: string;
  min_block: string;
  max_block: string;
  locked: boolean;
}

function typedOf(fields: TaskFields, slotMinutes: number): Typed {
  const length = (said: TaskFields["duration"]) => {
    const minutes = said === undefined ? null : minutesOf(said, slotMinutes);
    return minutes === null ? String(said ?? "") : writeLength(minutes);
  };
  const date = (said = "") => said.replace("T", " ");
  return {
    title: fields.title ?? "",
    duration: length(fields.duration),
    deadline: date(fields.deadline),
    earliest: date(fields.earliest),
    category: fields.category ?? "",
    priority: String(fields.priority ?? 0),
    weekdays: Array.isArray(fields.weekdays) ? fields.weekdays : [],
    time_range: fields.time_range ?? "",
    repeat: fields.repeat ?? "",
    min_block: length(fields.min_block),
    max_block: length(fields.max_block),
    locked: fields.locked ?? false,
  };
}

/** What was changed in the form; only that is sent, so that what changes elsewhere meanwhile stays. */
function changed(before: Typed, after: Typed): Schema<"ChangedTask"> {
  const said: Record<string, unknown> = {};
  for (const name of Object.keys(after) as (keyof Typed)[]) {
    const value = after[name];
    if (JSON.stringify(value) === JSON.stringify(before[name])) continue;
    const empty = value === "" || value === "0" || value === false || (Array.isArray(value) && value.length === 0);
    said[name] = empty ? null : name === "priority" ? Number(value) : value;
  }
  return said;
}

export function EditTask({ task, onClose }: { task: Listed; onClose: () => void }) {
  const { t } = useTranslation();
  const slot = useSlotMinutes();
  const [before] = useState(() => typedOf(fieldsOf(task), slot));
  const [typed, setTyped] = useState(before);
  const change = useTaskChange();
  const set = (some: Partial<Typed>) => setTyped({ ...typed, ...some });
  const text = (
    name: "title" | "duration" | "deadline" | "earliest" | "category" | "repeat" | "min_block" | "max_block",
  ) => ({
    label: t(`tasks.fields.${name}`),
    value: typed[name],
    onChange: (value: string) => set({ [name]: value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const fields = changed(before, typed);
    if (Object.keys(fields).length === 0) return onClose();
    const onSuccess = () => {
      toast({ text: t("tasks.told.change", { name: typed.title }) });
      onClose();
    };
    change.mutate({ task, said: { what: "change", fields } }, { onSuccess });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field {...text("title")} isRequired />
      <div className={styles.pair}>
        <Field {...text("duration")} hint={t("tasks.lengthHint")} />
        <Field {...text("deadline")} hint={t("tasks.dateHint")} />
      </div>
      <div className={styles.pair}>
        <Field {...text("category")} />
        <Choice
          label={t("tasks.fields.priority")}
          value={typed.priority}
          onChange={(priority) => set({ priority })}
          options={["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"].map((key) => ({
            key,
            name: priorityName(key, t),
          }))}
        />
      </div>
      <details className={styles.more} open={hasMore(before)}>
        <summary>{t("tasks.moreFields")}</summary>
        <div className={styles.form}>
          <Field {...text("earliest")} hint={t("tasks.dateHint")} />
          <Weekdays
            label={t("tasks.fields.weekdays")}
            value={typed.weekdays}
            onChange={(weekdays) => set({ weekdays })}
          />
          <Hours value={typed.time_range} onChange={(time_range) => set({ time_range })} />
          <div className={styles.pair}>
            <Field {...text("min_block")} hint={t("tasks.lengthHint")} />
            <Field {...text("max_block")} hint={t("tasks.blockHint")} />
          </div>
          <Field {...text("repeat")} hint={t("tasks.repeatHint")} />
          <Toggle isSelected={typed.locked} onChange={(locked) => set({ locked })} hint={t("tasks.lockedHint")}>
            {t("tasks.fields.locked")}
          </Toggle>
        </div>
      </details>
      {change.error && <Notice kind="problem">{change.error.message}</Notice>}
      <div className={styles.actions}>
        <Button onPress={onClose}>{t("app.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={change.isPending}>
          {t("app.save")}
        </Button>
      </div>
    </form>
  );
}

function priorityName(key: string, t: TFunction): string {
  if (key === "0") return t("tasks.priorities.none");
  if (key === "1") return t("tasks.priorities.highest");
  return key === "9" ? t("tasks.priorities.lowest") : key;
}

function hasMore({ earliest, weekdays, time_range, repeat, min_block, max_block, locked }: Typed): boolean {
  return Boolean(earliest || weekdays.length || time_range || repeat || min_block || max_block || locked);
}
