import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../ui/Dialog";
import type { Section } from "./Settings";

const Settings = lazy(() => import("./Settings"));

interface SettingsDialogProps {
  isOpen: boolean;
  onClose: () => void;
  section?: Section;
}

/** The settings, loaded when they are first opened. */
export function SettingsDialog({ isOpen, onClose, section }: SettingsDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("app.settings")} isOpen={isOpen} onClose={onClose}>
      <Suspense fallback={<p>{t("app.loading")}</p>}>
        <Settings section={section} />
      </Suspense>
    </Dialog>
  );
}
