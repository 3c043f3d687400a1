import { useState } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { go, useRoute } from "../app/route";
import { Choice } from "../ui/Field";
import { Loaded, Notice } from "../ui/Notice";
import { Panel } from "../ui/Panel";
import { useTimes } from "../ui/times";
import { type Trace, useRuns, useTrace } from "./queries";
import { StepDetail } from "./StepDetail";
import { flatten, stepsOf } from "./steps";
import { Timeline } from "./Timeline";
import { Totals } from "./Totals";
import { TraceTree } from "./TraceTree";
import styles from "./trace.module.css";

/** What a run did, step by step: the newest one of the conversation, or another. */
export default function TracePanel() {
  const { t } = useTranslation();
  const { thread, item } = useRoute();
  const runs = useRuns(thread);
  const run = item ?? runs.data?.[0]?.run_id ?? null;
  const trace = useTrace(thread, run);
  if (thread === null || (runs.data && run === null)) {
    return (
      <Panel title={t("app.panels.trace")} about={t("behind.trace.about")}>
        <Notice>{t("behind.trace.none")}</Notice>
      </Panel>
    );
  }
  return (
    <Panel title={t("app.panels.trace")} about={t("behind.trace.about")} actions={run && <Runs run={run} />}>
      <Loaded query={trace}>{(found) => <Shown key={found.run_id} trace={found} />}</Loaded>
    </Panel>
  );
}

/** Which run is shown, by when it began and what was said. */
function Runs({ run }: { run: string }) {
  const { t } = useTranslation();
  const { thread } = useRoute();
  const { moment } = useTimes();
  const { data = [] } = useRuns(thread);
  const options = data.map(({ run_id: key, created_at: at, kwargs }) => {
    const said = kwargs.input?.messages.at(-1)?.content.slice(0, 60) || t("behind.trace.goesOn");
    return { key, name: `${moment(at)} · ${said}` };
  });
  if (options.length < 2) return null;
  return (
    <Choice
      label={t("behind.trace.run")}
      value={run}
      options={options}
      onChange={(item) => go({ panel: "trace", item })}
    />
  );
}

const VIEWS = ["tree", "timeline"] as const;

function Shown({ trace }: { trace: Trace }) {
  const { t } = useTranslation();
  const [view, setView] = useState<(typeof VIEWS)[number]>("tree");
  const root = stepsOf(trace);
  const [chosen, setChosen] = useState(root.key);
  const step = flatten(root).find((placed) => placed.step.key === chosen)?.step ?? root;
  const View = view === "tree" ? TraceTree : Timeline;
  return (
    <>
      <Totals trace={trace} />
      <ToggleButtonGroup
        aria-label={t("behind.trace.view")}
        disallowEmptySelection
        selectedKeys={[view]}
        onSelectionChange={(keys) => setView(VIEWS.find((one) => keys.has(one)) ?? "tree")}
        className={styles.views ?? ""}
      >
        {VIEWS.map((one) => (
          <ToggleButton key={one} id={one} className={styles.view ?? ""}>
            {t(`behind.trace.views.${one}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <div className={styles.shown} data-view={view}>
        <View root={root} chosen={step.key} onChoose={setChosen} />
        <StepDetail key={step.key} step={step} />
      </div>
    </>
  );
}
