import { useTranslation } from "react-i18next";
import { useTimes } from "../ui/times";
import { ICONS } from "./kinds";
import { flatten, type Placed, type Step } from "./steps";
import type { ViewProps } from "./TraceTree";
import { Outcome } from "./TraceTree";
import styles from "./trace.module.css";

/** The stretch of time that is drawn, in milliseconds. */
interface Stretch {
  from: number;
  to: number;
}

/** The steps of a run over time: a table whose last column draws what the others say. */
export function Timeline({ root, chosen, onChoose }: ViewProps) {
  const { t } = useTranslation();
  const placed = flatten(root);
  const stretch = stretchOf(placed);
  return (
    <table className={styles.timeline} aria-label={t("behind.trace.views.timeline")}>
      <thead>
        <tr>
          <th scope="col">{t("behind.trace.step")}</th>
          <th scope="col">{t("behind.trace.after")}</th>
          <th scope="col">{t("behind.trace.took")}</th>
          <td aria-hidden />
        </tr>
      </thead>
      <tbody>
        {placed.map((each) => (
          <Row
            key={each.step.key}
            placed={each}
            stretch={stretch}
            isChosen={each.step.key === chosen}
            onChoose={() => onChoose(each.step.key)}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  placed: Placed;
  stretch: Stretch;
  isChosen: boolean;
  onChoose: () => void;
}

function Row({ placed: { step, depth }, stretch, isChosen, onChoose }: RowProps) {
  const { duration } = useTimes();
  const { span } = step;
  const Icon = ICONS[span.kind];
  const after = Math.max(0, Date.parse(span.begun) - stretch.from) / 1000;
  return (
    <tr data-chosen={isChosen || undefined}>
      <th scope="row">
        <button type="button" aria-current={isChosen || undefined} onClick={onChoose} className={styles.step}>
          <span style={{ width: `${depth * 12}px` }} className={styles.indent} />
          <Icon size={14} aria-hidden className={styles.sign} />
          <span className={styles.title}>{span.title}</span>
          <Outcome status={span.status} />
        </button>
      </th>
      <td>{duration(after)}</td>
      <td>{typeof span.seconds === "number" ? duration(span.seconds) : ""}</td>
      <td aria-hidden className={styles.lane}>
        <div data-kind={span.kind} className={styles.bar} style={barOf(step, stretch)} />
      </td>
    </tr>
  );
}

/** Where the bar of a step lies; what waited before the run began, or goes on after it, is cut off. */
function barOf({ span }: Step, { from, to }: Stretch) {
  const begun = Math.min(to, Math.max(from, Date.parse(span.begun)));
  const ended = span.seconds === null || span.seconds === undefined ? begun : begun + span.seconds * 1000;
  const share = (ms: number) => `${(100 * ms) / (to - from)}%`;
  // A bar too short to be seen is 3 pixels wide, at the end too.
  return { left: `min(${share(begun - from)}, calc(100% - 3px))`, width: share(Math.min(to, ended) - begun) };
}

/** From the start of the run to the end of its last step; a person's time to think is none of it. */
function stretchOf(placed: Placed[]): Stretch {
  const from = Date.parse(placed[0]?.step.span.begun ?? "");
  const ends = placed
    .filter(({ step }) => step.span.kind !== "card" && step.span.kind !== "feedback")
    .map(({ step }) => Date.parse(step.span.ended ?? step.span.begun));
  return { from, to: Math.max(from + 1, ...ends) };
}
