import { SlidersHorizontal } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { go, useRoute } from "../app/route";
import { LimitsDialog } from "../limits/LimitsDialog";
import { Button } from "../ui/Button";
import { Choice, Field } from "../ui/Field";
import { Loaded } from "../ui/Notice";
import { Panel } from "../ui/Panel";
import { AddTasks } from "./AddTasks";
import { type Asked, TaskDialogs } from "./dialogs";
import { rowsOf, type Shown } from "./groups";
import { useTasks } from "./list";
import { useRisks } from "./risks";
import { TaskRows } from "./TaskRows";
import styles from "./Tasks.module.css";
import { useTaskClock } from "./words";

/** What is to be done: added in plain words, looked through, changed, finished. */
export default function TasksPanel() {
  const { t } = useTranslation();
  const { item } = useRoute();
  const query = useTasks();
  const risks = useRisks();
  const clock = useTaskClock();
  const [shown, setShown] = useState<Shown>("open");
  const [search, setSearch] = useState("");
  const [asked, setAsked] = useState<Asked | null>(null);
  return (
    <Panel
      title={t("tasks.title")}
      actions={
        <Button icon={SlidersHorizontal} onPress={() => go({ item: "limits" })}>
          {t("tasks.limits.open")}
        </Button>
      }
    >
      <AddTasks />
      <div className={styles.filters}>
        <Field label={t("tasks.search")} value={search} onChange={setSearch} type="search" />
        <Choice
          label={t("tasks.shown")}
          value={shown}
          onChange={setShown}
          options={(["open", "done", "dropped"] as const).map((key) => ({ key, name: t(`tasks.states.${key}`) }))}
        />
      </div>
      <Loaded query={query}>
        {({ tasks }) => (
          <TaskRows
            rows={rowsOf(tasks, { shown, search, risks, clock })}
            shown={shown}
            search={search}
            ask={setAsked}
          />
        )}
      </Loaded>
      <TaskDialogs asked={asked} onClose={() => setAsked(null)} />
      <LimitsDialog isOpen={item === "limits"} onClose={() => go({ item: null })} />
    </Panel>
  );
}
