import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import Markdown from "react-markdown";
import remarkGfm from "remark-gfm";
import { HOME } from "../api/client";
import { Button } from "../ui/Button";
import { download } from "../ui/download";
import { useTimes } from "../ui/times";
import styles from "./jobs.module.css";
import type { Job } from "./queries";

type Output = Job["outputs"][number];

/** What the attempts have handed in, the newest first. */
export function Outputs({ job }: { job: Job }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("behind.jobs.outputs.title")} className={styles.group}>
      <h3>{t("behind.jobs.outputs.title")}</h3>
      {job.outputs.length === 0 && <p className={styles.soft}>{t("behind.jobs.outputs.none")}</p>}
      {job.outputs
        .map((output, index) => (
          <Result key={`${output.at} ${output.summary}`} output={output} file={fileOf(job, index + 1)} />
        ))
        .reverse()}
    </section>
  );
}

/** Where the file of an output is had, if it is one. */
function fileOf(job: Job, number: number): string {
  return `${HOME}/jobs/${encodeURIComponent(job.id)}/outputs/${number}/file`;
}

function Result({ output, file }: { output: Output; file: string }) {
  const { t } = useTranslation();
  const { moment } = useTimes();
  return (
    <article className={styles.output}>
      <p className={styles.when}>{t("behind.jobs.outputs.from", { number: output.attempt, at: moment(output.at) })}</p>
      {!output.text.startsWith(output.summary) && <p>{output.summary}</p>}
      {output.text && (
        <div className={styles.text}>
          <Markdown remarkPlugins={[remarkGfm]}>{output.text}</Markdown>
        </div>
      )}
      {output.path && (
        <a href={file} download className={styles.file}>
          <Download size={16} aria-hidden />
          {output.path.split(/[\\/]/).at(-1)}
        </a>
      )}
      {output.text && (
        <Button
          kind="quiet"
          icon={Download}
          onPress={() => download(`${output.summary}.md`, output.text, "text/markdown")}
        >
          {t("behind.jobs.outputs.download")}
        </Button>
      )}
    </article>
  );
}
