import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, bodyOf, type Schema } from "../api/client";
import { go } from "../app/route";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Choice, Field } from "../ui/Field";
import { Moment, type WallClock } from "../ui/Moment";
import { Refusal } from "../ui/Notice";
import { useTimes } from "../ui/times";
import { toast } from "../ui/toasts";
import type { ExampleName } from "./Examples";
import styles from "./jobs.module.css";
import { useJobAct } from "./queries";

const WHENS = ["now", "later", "again", "hand"] as const;

interface Draft {
  title: string;
  description: string;
  source: string;
  when: (typeof WHENS)[number];
  at: WallClock | null;
  every: string;
  mustHaves: string;
  reviewer: string;
}

interface NewJobProps {
  example: ExampleName | null;
  onClose: () => void;
}

/** A dialog that makes a job; an example has filled it in. */
export function NewJob({ example, onClose }: NewJobProps) {
  const { t } = useTranslation();
  const { zone } = useTimes();
  const [draft, setDraft] = useState<Draft>({
    title: example ? t(`behind.jobs.examples.${example}.title`) : "",
    description: "",
    source: "",
    when: example ? "again" : "now",
    at: null,
    every: example ? t(`behind.jobs.examples.${example}.every`) : "",
    mustHaves: "",
    reviewer: "",
  });
  const make = useJobAct(
    async () => (await api.POST("/jobs", { body: bodyOf<"JobCreate">(jobOf(draft, example, zone)) })).data,
  );
  const onMade = (job: { id: string; title: string } | undefined) => {
    if (!job) return;
    toast({ text: t("behind.jobs.form.made", { title: job.title }) });
    onClose();
    go({ panel: "jobs", item: job.id });
  };
  return (
    <Dialog title={t("behind.jobs.new")} isOpen onClose={onClose}>
      <Form
        className={styles.form ?? ""}
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate(undefined, { onSuccess: onMade });
        }}
      >
        <Fields draft={draft} example={example} onChange={(changed) => setDraft({ ...draft, ...changed })} />
        <Refusal error={make.error} />
        <footer className={styles.footer}>
          <Button onPress={onClose}>{t("app.cancel")}</Button>
          <Button kind="primary" type="submit" isPending={make.isPending}>
            {t("behind.jobs.form.make")}
          </Button>
        </footer>
      </Form>
    </Dialog>
  );
}

interface FieldsProps {
  draft: Draft;
  example: ExampleName | null;
  onChange: (changed: Partial<Draft>) => void;
}

function Fields({ draft, example, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const field = (name: "title" | "description" | "source" | "every" | "mustHaves" | "reviewer") => ({
    value: draft[name],
    onChange: (value: string) => onChange({ [name]: value }),
  });
  return (
    <>
      <Field
        label={t("behind.jobs.form.title")}
        hint={t("behind.jobs.form.titleHint")}
        isRequired
        autoFocus
        {...field("title")}
      />
      {example === "calendar-address" && (
        <Field
          label={t("behind.jobs.form.address")}
          hint={t("behind.jobs.form.addressHint")}
          isRequired
          {...field("source")}
        />
      )}
      <Field label={t("behind.jobs.form.description")} rows={2} {...field("description")} />
      <Choice
        label={t("behind.jobs.form.when")}
        value={draft.when}
        onChange={(when) => onChange({ when })}
        options={WHENS.map((key) => ({ key, name: t(`behind.jobs.form.whens.${key}`) }))}
      />
      {draft.when === "later" && (
        <Moment label={t("behind.jobs.form.at")} value={draft.at} onChange={(at) => onChange({ at })} />
      )}
      {draft.when === "again" && (
        <Field
          label={t("behind.jobs.form.every")}
          hint={t("behind.jobs.form.everyHint")}
          isRequired
          {...field("every")}
        />
      )}
      <Field
        label={t("behind.jobs.form.mustHaves")}
        hint={t("behind.jobs.form.mustHavesHint")}
        rows={2}
        {...field("mustHaves")}
      />
      <Field label={t("behind.jobs.form.reviewer")} hint={t("behind.jobs.form.reviewerHint")} {...field("reviewer")} />
    </>
  );
}

/** What is sent of a draft; an example fills in what is not said. */
function jobOf(draft: Draft, example: ExampleName | null, zone: string | undefined): Partial<Schema<"JobCreate">> {
  const mustHaves = draft.mustHaves.split("\n").filter((line) => line.trim());
  return {
    title: draft.title,
    ...(example && { example }),
    ...(draft.description.trim() && { description: draft.description }),
    ...(draft.source.trim() && { source: draft.source.trim() }),
    ...dueOf(draft, zone),
    ...(mustHaves.length && { must_haves: mustHaves }),
    ...(draft.reviewer.trim() && { reviewer: draft.reviewer.trim() }),
  };
}

function dueOf({ when, at, every }: Draft, zone: string | undefined) {
  if (when === "again") return { every };
  // An example recurs by itself; who wants it once says so.
  if (when === "hand") return { every: null };
  const due = when === "later" && at && zone ? at.toDate(zone) : new Date();
  return { every: null, due: due.toISOString() };
}
