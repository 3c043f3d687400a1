import { Download } from "lucide-react";
import { useTranslation } from "react-i18next";
import Markdown from "react-markdown";
import remarkGfm from "remark-gfm";
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
      {job.outputs.toReversed().map((output) => (
        <Result key={`${output.attempt} ${output.at} ${output.summary}`} output={output} />
      ))}
    </section>
  );
}

function Result({ output }: { output: Output }) {
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
      {output.path && <p>{t("behind.jobs.outputs.file", { path: output.path })}</p>}
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
