import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import styles from "../tasks/Dialogs.module.css";
import { parseLength, writeLength } from "../tasks/task";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Notice } from "../ui/Notice";
import { Toggle } from "../ui/Toggle";
import { toast } from "../ui/toasts";
import { HoursList } from "./HoursList";
import { type KeptLimits, type Limits, type Scope, useSaveLimits } from "./limits";
import { SaidBack } from "./SaidBack";

const LENGTHS = ["most_minutes", "buffer", "notice", "block"] as const;
const WISHES = ["lunch", "evening", "count_events"] as const;
/** How much work that lies outside of the limits now is named at once. */
const SHOWN = 2;
type Lengths = Record<(typeof LENGTHS)[number], string>;

interface LimitsFormProps {
  kept: KeptLimits;
  scope: Scope;
  thread: string | null;
  onClose: () => void;
}

/** All limits of one scope; what they come to is said back before they are kept. */
export function LimitsForm({ kept, scope, thread, onClose }: LimitsFormProps) {
  const { t } = useTranslation();
  const [limits, setLimits] = useState<Limits>(kept.limits);
  const [lengths, setLengths] = useState(() => typedLengths(kept.limits));
  const save = useSaveLimits();
  const set = (some: Partial<Limits>) => setLimits({ ...limits, ...some });
  const isWrong = (name: keyof Lengths) => lengths[name] !== "" && parseLength(lengths[name]) === null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (LENGTHS.some(isWrong)) return;
    const onSuccess = (warnings: string[]) => {
      const more = warnings.length > SHOWN ? [t("tasks.limits.moreOutside", { count: warnings.length - SHOWN })] : [];
      toast({ text: [t("tasks.limits.saved"), ...warnings.slice(0, SHOWN), ...more].join(" ") });
      onClose();
    };
    save.mutate({ scope, thread, limits, tag: kept.tag }, { onSuccess });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <HoursList name="hours" limits={limits} set={set} initial={{ hours: "09:00-17:00", weekdays: [1, 2, 3, 4, 5] }} />
      <HoursList name="free" limits={limits} set={set} initial={{ hours: "12:00-13:00" }} />
      <HoursList name="prefer" limits={limits} set={set} initial={{ hours: "09:00-12:00" }} />
      <div className={styles.pair}>
        {LENGTHS.map((name) => (
          <Field
            key={name}
            label={t(`tasks.limits.${name}`)}
            placeholder={kept.usual[name] ? writeLength(kept.usual[name]) : t("tasks.limits.none")}
            value={lengths[name]}
            onChange={(text) => {
              setLengths({ ...lengths, [name]: text });
              set({ [name]: text ? parseLength(text) : null });
            }}
            error={isWrong(name) ? t("tasks.lengthHint") : undefined}
          />
        ))}
      </div>
      {WISHES.map((name) => (
        <Toggle
          key={name}
          isSelected={limits[name] ?? kept.usual[name] ?? false}
          onChange={(on) => set({ [name]: on === kept.usual[name] ? null : on })}
        >
          {t(`tasks.limits.${name}`)}
        </Toggle>
      ))}
      <SaidBack limits={limits} scope={scope} />
      {save.error && <Notice kind="problem">{save.error.message}</Notice>}
      <div className={styles.actions}>
        <Button onPress={onClose}>{t("app.cancel")}</Button>
        <Button type="submit" kind="primary" isPending={save.isPending}>
          {t("app.save")}
        </Button>
      </div>
    </form>
  );
}

function typedLengths(limits: Limits): Lengths {
  const text = (name: keyof Lengths) => (limits[name] == null ? "" : writeLength(limits[name]));
  return { most_minutes: text("most_minutes"), buffer: text("buffer"), notice: text("notice"), block: text("block") };
}
