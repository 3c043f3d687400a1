import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/Button";
import { Choice, Field } from "../ui/Field";
import { Notice } from "../ui/Notice";
import { toast } from "../ui/toasts";
import styles from "./Dialogs.module.css";
import { type TaskChange, useTaskChange } from "./list";
import { fieldsOf, type Listed, minutesOf, parseLength, titleOf, writeLength } from "./task";
import { useSlotMinutes } from "./words";

interface ContentProps {
  task: Listed;
  onClose: () => void;
}

interface FrameProps extends ContentProps {
  /** What to do; null while the form says nothing that can be done. */
  said: TaskChange | null;
  action: string;
  told: string;
  danger?: boolean;
  children: React.ReactNode;
}

/** A form about one task; what the service refuses stands in it, with all that was typed. */
function Frame({ task, onClose, said, action, told, danger, children }: FrameProps) {
  const { t } = useTranslation();
  const change = useTaskChange();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!said) return;
    const onSuccess = () => {
      toast({ text: told });
      onClose();
    };
    change.mutate({ task, said }, { onSuccess });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      {children}
      {change.error && <Notice kind="problem">{change.error.message}</Notice>}
      <div className={styles.actions}>
        <Button onPress={onClose}>{t("app.cancel")}</Button>
        <Button type="submit" kind={danger ? "danger" : "primary"} isDisabled={!said || change.isPending}>
          {action}
        </Button>
      </div>
    </form>
  );
}

export function FinishTask({ task, onClose }: ContentProps) {
  const { t } = useTranslation();
  const [took, setTook] = useState("");
  const minutes = parseLength(took);
  const name = titleOf(task);
  return (
    <Frame
      task={task}
      onClose={onClose}
      said={minutes ? { what: "done", took: minutes } : null}
      action={t("tasks.do.done")}
      told={t("tasks.told.done", { name })}
    >
      <Field
        autoFocus
        label={t("tasks.took.label")}
        hint={t("tasks.took.hint")}
        value={took}
        onChange={setTook}
        error={took && !minutes ? t("tasks.lengthHint") : undefined}
      />
    </Frame>
  );
}

export function SplitTask({ task, onClose }: ContentProps) {
  const { t } = useTranslation();
  const [by, setBy] = useState<"parts" | "at_most">("parts");
  const [typed, setTyped] = useState({ parts: "2", at_most: "45min" });
  const value = typed[by];
  const number = by === "parts" ? Number(value) : parseLength(value);
  const good = Boolean(number) && (by === "at_most" || (Number.isInteger(number) && Number(number) >= 2));
  const whole = minutesOf(fieldsOf(task).duration, useSlotMinutes());
  return (
    <Frame
      task={task}
      onClose={onClose}
      said={good ? { what: "split", parts: { [by]: number } } : null}
      action={t("tasks.do.splitNow")}
      told={t("tasks.told.split", { name: titleOf(task) })}
    >
      <p>{t("tasks.split.about", { length: whole === null ? "" : writeLength(whole) })}</p>
      <Choice
        label={t("tasks.split.by")}
        value={by}
        onChange={setBy}
        options={(["parts", "at_most"] as const).map((key) => ({ key, name: t(`tasks.split.${key}`) }))}
      />
      <Field
        label={t(`tasks.split.${by}`)}
        value={value}
        onChange={(next) => setTyped({ ...typed, [by]: next })}
        error={good ? undefined : t(by === "parts" ? "tasks.split.partsHint" : "tasks.lengthHint")}
      />
    </Frame>
  );
}

export function JoinTask({ task, onClose }: ContentProps) {
  const { t } = useTranslation();
  return (
    <Frame
      task={task}
      onClose={onClose}
      said={{ what: "join" }}
      action={t("tasks.do.join")}
      told={t("tasks.told.join", { name: titleOf(task) })}
    >
      <p>{t("tasks.joinAbout")}</p>
    </Frame>
  );
}

export function DeleteTask({ task, onClose }: ContentProps) {
  const { t } = useTranslation();
  return (
    <Frame
      task={task}
      onClose={onClose}
      said={{ what: "delete" }}
      action={t("app.delete")}
      told={t("tasks.told.delete", { name: titleOf(task) })}
      danger
    >
      <p>{t("tasks.deleteAbout")}</p>
    </Frame>
  );
}
