import { History } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useThread } from "../conversation/thread";
import { IconButton } from "../ui/Button";
import { useMoment } from "./moment";

const ReplayBar = lazy(() => import("./ReplayBar"));

/** The bar that moves the page through the past, as long as somebody looks there. */
export function Replay() {
  const { at } = useMoment();
  if (at === null) return null;
  return (
    <Suspense>
      <ReplayBar />
    </Suspense>
  );
}

/** Begins to look back, at the newest moment; nothing where nothing has happened. */
export function ReplayButton() {
  const { t } = useTranslation();
  const { entries } = useThread();
  const { at, setAt } = useMoment();
  if (entries.length < 2) return null;
  return (
    <IconButton
      icon={History}
      label={t("behind.replay.title")}
      onPress={() => setAt(at === null ? entries.length : null)}
    />
  );
}
