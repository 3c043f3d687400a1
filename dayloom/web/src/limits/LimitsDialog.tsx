import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useThread } from "../conversation/thread";
import { Dialog } from "../ui/Dialog";
import { Choice } from "../ui/Field";
import { Loaded } from "../ui/Notice";
import { LimitsForm } from "./LimitsForm";
import { type Scope, useLimits } from "./limits";

/** When to work and when not, how much, how close: for good, or for this conversation. */
export function LimitsDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const { id } = useThread();
  const [chosen, setScope] = useState<Scope>("always");
  const scope = id ? chosen : "always";
  const query = useLimits(scope, id, isOpen);
  return (
    <Dialog title={t("tasks.limits.title")} isOpen={isOpen} onClose={onClose}>
      <p>{t("tasks.limits.about")}</p>
      {id && (
        <Choice
          label={t("tasks.limits.scope")}
          value={scope}
          onChange={setScope}
          options={(["always", "thread"] as const).map((key) => ({ key, name: t(`tasks.limits.scopes.${key}`) }))}
        />
      )}
      <Loaded query={query}>
        {(kept) => <LimitsForm key={scope} kept={kept} scope={scope} thread={id} onClose={onClose} />}
      </Loaded>
    </Dialog>
  );
}
