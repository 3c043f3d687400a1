import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { FileDrop } from "../ui/FileDrop";
import { Notice, Refusal } from "../ui/Notice";
import { Toggle } from "../ui/Toggle";
import { useImport } from "./calendar";
import styles from "./Settings.module.css";

/** Bring in a calendar, by file or by address; what was left out of it is named. */
export function ImportCalendar() {
  const { t } = useTranslation();
  const [url, setUrl] = useState("");
  const [kept, setKept] = useState(false);
  const [wrong, setWrong] = useState("");
  const bring = useImport();
  const onFile = (file: File) => {
    const good = file.name.toLowerCase().endsWith(".ics") || file.type === "text/calendar";
    setWrong(good ? "" : t("settings.import.notCalendar", { name: file.name }));
    if (good) bring.mutate({ file });
  };
  const onAddress = (event: FormEvent) => {
    event.preventDefault();
    bring.mutate({ url: url.trim(), kept });
  };
  return (
    <div className={styles.block}>
      <FileDrop
        label={t("settings.import.drop")}
        choose={t("settings.import.choose")}
        types={[".ics", "text/calendar"]}
        onFile={onFile}
      />
      <p className={styles.about}>{t("settings.import.about")}</p>
      <form className={styles.block} onSubmit={onAddress}>
        <Field
          label={t("settings.import.address")}
          hint={t("settings.import.addressHint")}
          type="url"
          value={url}
          onChange={setUrl}
        />
        {url.trim() && (
          <>
            <Toggle isSelected={kept} onChange={setKept}>
              {t("settings.import.keep")}
            </Toggle>
            <Button type="submit" isPending={bring.isPending}>
              {t("settings.import.read")}
            </Button>
          </>
        )}
      </form>
      {wrong && <Notice kind="problem">{wrong}</Notice>}
      <Refusal error={bring.error} />
      {bring.data && <Read {...bring.data} />}
    </div>
  );
}

function Read({ events, leftOut }: { events: number; leftOut: string[] }) {
  const { t } = useTranslation();
  return (
    <Notice>
      <p>{t("settings.import.done", { events })}</p>
      {leftOut.length > 0 && (
        <>
          <p>{t("settings.import.leftOut", { count: leftOut.length })}</p>
          <ul className={styles.lines}>
            {leftOut.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
    </Notice>
  );
}
