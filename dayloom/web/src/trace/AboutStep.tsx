import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "../api/client";
import { hrefOf } from "../app/route";
import { Changes } from "./Changes";
import type { Span } from "./queries";
import styles from "./trace.module.css";

type About = Span["about"];

/** What a step was given, what came of it, and why. */
export function AboutStep({ about }: { about: About }) {
  const { t } = useTranslation();
  switch (about.kind) {
    case "run":
      return (
        <>
          <Part name={t("behind.trace.said")}>{about.said}</Part>
          {about.job && <a href={hrefOf({ panel: "jobs", item: about.job })}>{t("behind.trace.ofJob")}</a>}
        </>
      );
    case "memory":
      return <Recalled items={about.items} />;
    case "model":
      return <ModelCall about={about} />;
    case "tool":
      return <ToolCall about={about} />;
    case "child":
      return (
        <>
          <Part name={t("behind.trace.goal")}>{about.goal}</Part>
          <a href={hrefOf({ thread: about.thread_id, panel: "trace", item: about.run_id })}>
            {t("behind.trace.alone")}
          </a>
        </>
      );
    case "correction":
      return <Part name={t("behind.trace.complaint")}>{about.complaint}</Part>;
    case "card":
      return <Part name={t("behind.trace.asked")}>{about.description}</Part>;
    case "answer":
      return (
        <>
          <Part name={t("behind.trace.answer")}>{t(`behind.trace.answers.${about.type}`)}</Part>
          <Part name={t("behind.trace.words")}>{about.message}</Part>
          {about.edited && <Arguments given={about.edited.arguments} />}
        </>
      );
    case "conclusion":
      return <Part name={t("behind.trace.told")}>{about.message}</Part>;
    case "feedback":
      return (
        <>
          <Part name={t("behind.trace.judgement")}>{t(`behind.trace.judgements.${about.judgement}`)}</Part>
          <Part name={t("behind.trace.words")}>{about.text}</Part>
        </>
      );
    case "node":
      return <p className={styles.soft}>{t("behind.trace.node")}</p>;
  }
}

function Part({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <div className={styles.part}>
      <h4>{name}</h4>
      <div className={styles.words}>{children}</div>
    </div>
  );
}

function Recalled({ items }: { items: Schema<"AboutMemory">["items"] }) {
  const { t } = useTranslation();
  if (!items.length) return <p className={styles.soft}>{t("behind.trace.nothingRecalled")}</p>;
  return (
    <Part name={t("behind.trace.recalled")}>
      <ul>
        {items.map((item) => (
          <li key={item.id}>
            <a href={hrefOf({ panel: "memory", item: item.id })}>{item.rule.split("\n")[0]}</a>{" "}
            <span className={styles.soft}>{t(`behind.trace.why.${item.why}`)}</span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function ModelCall({ about }: { about: Schema<"AboutModel"> }) {
  const { t } = useTranslation();
  const { served, asked, tries, finish, code } = about;
  return (
    <>
      <Part name={t("behind.trace.model")}>{served && served !== asked ? `${asked} (${served})` : asked}</Part>
      {tries.length > 0 && (
        <Part name={t("behind.trace.tries")}>
          {tries.map((each) => `${each.model}: ${each.reason.replaceAll("_", " ")}`).join("\n")}
        </Part>
      )}
      <Part name={t("behind.trace.spoke")}>{about.said}</Part>
      <Part name={t("behind.trace.failed")}>{code?.replaceAll("_", " ")}</Part>
      {finish === "length" && <p className={styles.soft}>{t("behind.trace.cut")}</p>}
      {about.calls.map((call) => (
        <Arguments key={JSON.stringify(call)} given={call.arguments} />
      ))}
    </>
  );
}

function ToolCall({ about }: { about: Schema<"AboutTool"> }) {
  const { t } = useTranslation();
  return (
    <>
      <Arguments given={about.arguments} />
      <Part name={t("behind.trace.result")}>{about.result}</Part>
      {about.changes.length > 0 && (
        <Part name={t("behind.trace.changes")}>
          <Changes changes={about.changes} />
        </Part>
      )}
    </>
  );
}

/** What a tool was given, name by name. */
function Arguments({ given }: { given: Record<string, unknown> | undefined }) {
  const { t } = useTranslation();
  const fields = Object.entries(given ?? {});
  if (!fields.length) return null;
  return (
    <Part name={t("behind.trace.given")}>
      <dl className={styles.given}>
        {fields.map(([name, value]) => (
          <div key={name}>
            <dt>{name.replaceAll("_", " ")}</dt>
            <dd>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}
