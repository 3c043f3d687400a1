import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useRoute } from "./route";

// Each panel is loaded when it is first shown: the first sight of the page needs one of them.
const SHOWN = {
  week: lazy(() => import("../calendar/WeekPanel")),
  tasks: lazy(() => import("../tasks/TasksPanel")),
  jobs: lazy(() => import("../jobs/JobsPanel")),
  trace: lazy(() => import("../trace/TracePanel")),
  memory: lazy(() => import("../memory/MemoryPanel")),
};

/** The panel beside the conversation. */
export function Panels() {
  const { t } = useTranslation();
  const { panel } = useRoute();
  const shown = panel === "talk" ? "week" : panel;
  const Panel = SHOWN[shown];
  return (
    <section data-place="panel" aria-label={t(`app.panels.${shown}`)}>
      <Suspense fallback={<p>{t("app.loading")}</p>}>
        <Panel />
      </Suspense>
    </section>
  );
}
