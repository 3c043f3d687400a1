import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useStart } from "../start/useStart";
import { useRoute } from "./route";

// Each panel is loaded when it is first shown: the first sight of the page needs one of them.
const SHOWN = {
  week: lazy(() => import("../calendar/WeekPanel")),
  tasks: lazy(() => import("../tasks/TasksPanel")),
  jobs: lazy(() => import("../jobs/JobsPanel")),
  trace: lazy(() => import("../trace/TracePanel")),
  memory: lazy(() => import("../memory/MemoryPanel")),
  start: lazy(() => import("../start/StartPanel")),
};

/** The panel beside the conversation. */
export function Panels() {
  const { t } = useTranslation();
  const { panel } = useRoute();
  const isStart = useStart();
  const asked = panel === "talk" ? "week" : panel;
  // An empty account has no week to look at yet: it is led to one.
  const shown = asked === "week" && isStart ? "start" : asked;
  const Panel = SHOWN[shown];
  const isKnown = asked !== "week" || isStart !== null;
  return (
    <section data-place="panel" aria-label={shown === "start" ? t("start.title") : t(`app.panels.${shown}`)}>
      <Suspense fallback={<p>{t("app.loading")}</p>}>{isKnown && <Panel />}</Suspense>
    </section>
  );
}
