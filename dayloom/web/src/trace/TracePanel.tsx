import { useTranslation } from "react-i18next";

export default function TracePanel() {
  const { t } = useTranslation();
  return <h2>{t("app.panels.trace")}</h2>;
}
