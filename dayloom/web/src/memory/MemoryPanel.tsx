import { useTranslation } from "react-i18next";

export default function MemoryPanel() {
  const { t } = useTranslation();
  return <h2>{t("app.panels.memory")}</h2>;
}
