import { AlertTriangle, CalendarCheck, Circle, CircleCheck, CircleMinus, Ellipsis, Layers } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../ui/Button";
import { Menu } from "../ui/Menu";
import { toast, toastError } from "../ui/toasts";
import type { Ask } from "./dialogs";
import { useTaskChange } from "./list";
import { type Risk, useRiskWords } from "./risks";
import styles from "./Tasks.module.css";
import { fieldsOf, isOpen, type Listed, leading, type Whole } from "./task";
import { useTaskWords } from "./words";

interface RowProps {
  task: Listed;
  risk?: Risk | undefined;
  ask: Ask;
}

/** A task that is planned whole. */
export function TaskRow({ task, risk, ask }: RowProps) {
  const { about } = useTaskWords();
  const fields = fieldsOf(task);
  return (
    <div className={styles.row}>
      <EndButton task={task} name={fields.title ?? ""} />
      <Said
        title={fields.title ?? ""}
        about={about(fields)}
        risk={risk}
        inCalendar={task.in_calendar}
        ended={!isOpen(task)}
      />
      <TaskMenu task={task} ask={ask} />
    </div>
  );
}

/** The head of a task that is planned in parts. */
export function WholeRow({ whole, risk, ask }: { whole: Whole; risk: Risk | undefined; ask: Ask }) {
  const { t } = useTranslation();
  const { about, length } = useTaskWords();
  const first = leading(whole);
  const open = whole.parts.filter(isOpen);
  const { duration: _, ...fields } = fieldsOf(first);
  const parts = t("tasks.parts", { count: whole.parts.length, open: open.length });
  const all = length(open.map((part) => fieldsOf(part).duration));
  return (
    <div className={styles.row} data-whole>
      <Layers size={18} aria-hidden className={styles.mark} />
      <Said title={whole.title} about={[all, parts, ...about(fields, false)]} risk={risk} />
      <TaskMenu task={first} whole={whole} ask={ask} />
    </div>
  );
}

/** One part below its whole. */
export function PartRow({ task, number, ask }: RowProps & { number: number }) {
  const { t } = useTranslation();
  const { length } = useTaskWords();
  const fields = fieldsOf(task);
  const name = t("tasks.part", { number });
  return (
    <div className={styles.row} data-part>
      <EndButton task={task} name={`${fields.title}, ${name}`} />
      <Said title={name} about={[length([fields.duration])]} inCalendar={task.in_calendar} ended={!isOpen(task)} />
      <TaskMenu task={task} ask={ask} part={number} />
    </div>
  );
}

interface SaidProps {
  title: string;
  about: ReactNode[];
  risk?: Risk | undefined;
  inCalendar?: boolean;
  ended?: boolean;
}

function Said({ title, about, risk, inCalendar, ended }: SaidProps) {
  const { t } = useTranslation();
  const say = useRiskWords();
  return (
    <div className={styles.said}>
      <span className={styles.name} data-ended={ended || undefined}>
        {title}
      </span>
      <span className={styles.about}>{about.filter(Boolean).join(" · ")}</span>
      {inCalendar && (
        <span className={styles.flag}>
          <CalendarCheck size={14} aria-hidden />
          {t("tasks.inCalendar")}
        </span>
      )}
      {risk && (
        <p className={styles.risk}>
          <AlertTriangle size={14} aria-hidden />
          <span>{say(risk)}</span>
        </p>
      )}
    </div>
  );
}

/** Finish an open task, take back what is over; either can be undone at once. */
function EndButton({ task, name }: { task: Listed; name: string }) {
  const { t } = useTranslation();
  const end = useEnding(name);
  if (isOpen(task))
    return <IconButton icon={Circle} label={t("tasks.finish", { name })} onPress={() => end(task, "done")} />;
  const icon = task.ending === "done" ? CircleCheck : CircleMinus;
  return <IconButton icon={icon} label={t("tasks.reopen", { name })} onPress={() => end(task, "reopen")} />;
}

/** Say that a task is done, dropped or open again, with a way back. */
function useEnding(name: string) {
  const { t } = useTranslation();
  const change = useTaskChange();
  return (task: Listed, what: "done" | "drop" | "reopen") => {
    const back = what === "reopen" ? (task.ending === "done" ? "done" : "drop") : "reopen";
    const undo = () => change.mutate({ task, said: { what: back } }, { onError: toastError });
    change.mutate(
      { task, said: { what } },
      {
        onSuccess: () =>
          toast({ text: t(`tasks.told.${what}`, { name }), action: { name: t("tasks.undo"), act: undo } }),
        onError: toastError,
      },
    );
  };
}

/** What else can be done with a task. */
function TaskMenu({ task, whole, part, ask }: { task: Listed; whole?: Whole; part?: number; ask: Ask }) {
  const { t } = useTranslation();
  const { title = "" } = fieldsOf(task);
  const name = part ? `${title}, ${t("tasks.part", { number: part })}` : title;
  const end = useEnding(name);
  const item = (key: "edit" | "took" | "split" | "join" | "delete") => ({
    key,
    name: t(`tasks.do.${key}`),
    act: () => ask({ what: key, task }),
  });
  const open = isOpen(task);
  const whole_ = !task.parent && !fieldsOf(task).repeat;
  const items = [
    ...(open ? [item("edit")] : []),
    ...(whole ? [] : [item("took")]),
    ...(open && whole_ ? [item("split")] : []),
    ...(whole && whole.parts.filter(isOpen).length > 1 ? [item("join")] : []),
    ...(open && !whole ? [{ key: "drop", name: t("tasks.do.drop"), act: () => end(task, "drop") }] : []),
    ...(open ? [] : [{ key: "reopen", name: t("tasks.do.reopen"), act: () => end(task, "reopen") }, item("delete")]),
  ];
  return <Menu icon={Ellipsis} label={t("tasks.more", { name })} items={items} />;
}
