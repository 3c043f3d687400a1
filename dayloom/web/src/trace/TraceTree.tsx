import { ChevronRight } from "lucide-react";
import { Button, Collection, Tree, TreeItem, TreeItemContent } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useTimes } from "../ui/times";
import { ICONS } from "./kinds";
import { flatten, type Step } from "./steps";
import styles from "./trace.module.css";

export interface ViewProps {
  root: Step;
  chosen: string;
  onChoose: (key: string) => void;
}

/** The steps of a run, each under the one it belongs to. */
export function TraceTree({ root, chosen, onChoose }: ViewProps) {
  const { t } = useTranslation();
  const all = flatten(root).map(({ step }) => step.key);
  return (
    <Tree
      aria-label={t("behind.trace.views.tree")}
      items={[root]}
      defaultExpandedKeys={all}
      selectionMode="single"
      selectionBehavior="replace"
      disallowEmptySelection
      selectedKeys={[chosen]}
      onSelectionChange={(keys) => keys !== "all" && onChoose(String([...keys][0]))}
      className={styles.tree ?? ""}
    >
      {renderStep}
    </Tree>
  );
}

function renderStep(step: Step) {
  return (
    <TreeItem id={step.key} textValue={step.span.title} className={styles.item ?? ""}>
      <TreeItemContent>
        {({ hasChildItems }) => (
          <div className={styles.line}>
            {hasChildItems ? (
              <Button slot="chevron" className={styles.chevron ?? ""}>
                <ChevronRight size={16} aria-hidden />
              </Button>
            ) : (
              <span className={styles.chevron} />
            )}
            <Line step={step} />
          </div>
        )}
      </TreeItemContent>
      <Collection items={step.children}>{renderStep}</Collection>
    </TreeItem>
  );
}

function Line({ step: { span } }: { step: Step }) {
  const { duration } = useTimes();
  const Icon = ICONS[span.kind];
  return (
    <>
      <Icon size={16} aria-hidden className={styles.sign} />
      <span className={styles.title}>{span.title}</span>
      <Outcome status={span.status} />
      {(span.seconds ?? 0) > 0 && <span className={styles.soft}>{duration(span.seconds ?? 0)}</span>}
    </>
  );
}

/** How a step came out, where that is worth a word. */
export function Outcome({ status }: { status: Step["span"]["status"] }) {
  const { t } = useTranslation();
  if (status === "ok") return null;
  return (
    <span className={styles.outcome} data-status={status}>
      {t(`behind.trace.status.${status}`)}
    </span>
  );
}
