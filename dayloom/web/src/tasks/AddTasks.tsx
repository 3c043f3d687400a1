import { useQueryClient } from "@tanstack/react-query";
import { FileText, FolderOpen, X } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { DropZone, type FileDropItem, FileTrigger } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../ui/Button";
import { Field } from "../ui/Field";
import { Notice } from "../ui/Notice";
import { toast } from "../ui/toasts";
import styles from "./AddTasks.module.css";
import { draftOf, FILE_TYPES, lineOf, NOTHING, retyped, withLines } from "./draft";
import { refreshTasks } from "./list";
import { Reading } from "./Reading";
import { useDraft, useKeep, useReading } from "./reading";

/** Where tasks come in: typed in plain words, pasted, or as a file; how they are read is shown before they are kept. */
export function AddTasks() {
  const { t } = useTranslation();
  const { draft, setDraft } = useDraft();
  const [problem, setProblem] = useState("");
  const box = useRef<HTMLDivElement>(null);
  const queries = useQueryClient();
  const reading = useReading(draft);
  const keep = useKeep();
  const found = reading.data?.tasks.length ?? 0;
  const ready = !reading.isBehind && found > 0 && !keep.isPending;

  const open = async (file: File | undefined) => {
    const read = file && (await draftOf(file));
    setProblem(file && !read ? t("tasks.add.unknownFile", { name: file.name, types: FILE_TYPES.join(", ") }) : "");
    if (read) setDraft(read);
  };
  const onKeep = () =>
    keep.mutate(draft, {
      onSuccess: async (added) => {
        toast({ text: t("tasks.add.kept", { count: added.tasks.length }) });
        const wrong = added.left_out.map(lineOf).filter((line) => line !== null);
        setDraft(withLines(draft, wrong));
        await refreshTasks(queries);
      },
    });
  const onKeyDown = (event: KeyboardEvent) => {
    const isKept = draft.text.includes("\n") ? event.ctrlKey || event.metaKey : !event.shiftKey;
    if (event.key !== "Enter" || event.nativeEvent.isComposing || !isKept) return;
    event.preventDefault();
    if (ready) onKeep();
  };
  const goTo = (line: number) => selectLine(box.current?.querySelector("textarea"), line);

  return (
    <DropZone
      className={styles.zone ?? ""}
      aria-label={t("tasks.add.drop")}
      onDrop={async ({ items }) => {
        const file = items.find((item): item is FileDropItem => item.kind === "file");
        await open(await file?.getFile());
      }}
    >
      <div ref={box} className={styles.box}>
        {draft.form === "text/calendar" ? (
          <p className={styles.file}>
            <FileText size={16} aria-hidden /> {draft.name ?? t("tasks.add.calendar")}
          </p>
        ) : (
          <Field
            label={draft.name ? t("tasks.add.fromFile", { name: draft.name }) : t("tasks.add.label")}
            placeholder={t("tasks.add.placeholder")}
            hint={
              draft.text
                ? t(draft.text.includes("\n") ? "tasks.add.keysMany" : "tasks.add.keysOne")
                : t("tasks.add.hint")
            }
            rows={Math.min(10, Math.max(1, draft.text.split("\n").length))}
            value={draft.text}
            onChange={(text) => setDraft(retyped(draft, text))}
            onKeyDown={onKeyDown}
          />
        )}
        <div className={styles.actions}>
          <FileTrigger acceptedFileTypes={FILE_TYPES} onSelect={(files) => open(files?.[0])}>
            <Button kind="quiet" icon={FolderOpen}>
              {t("tasks.add.file")}
            </Button>
          </FileTrigger>
          {draft.text && <IconButton icon={X} label={t("tasks.add.clear")} onPress={() => setDraft(NOTHING)} />}
        </div>
      </div>
      {problem && <Notice kind="problem">{problem}</Notice>}
      {draft.text.trim() && <Reading reading={reading} goTo={goTo} />}
      {keep.error && <Notice kind="problem">{keep.error.message}</Notice>}
      {found > 0 && draft.text.trim() && (
        <Button kind="primary" onPress={onKeep} isDisabled={!ready}>
          {t("tasks.add.keep", { count: found })}
        </Button>
      )}
    </DropZone>
  );
}

function selectLine(area: HTMLTextAreaElement | null | undefined, line: number) {
  if (!area) return;
  const before = area.value.split("\n").slice(0, line - 1);
  const start = before.reduce((length, one) => length + one.length + 1, 0);
  const end = area.value.indexOf("\n", start);
  area.focus();
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
}
