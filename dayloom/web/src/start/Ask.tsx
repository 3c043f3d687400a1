import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { newId } from "../api/id";
import { go } from "../app/route";
import { useThread } from "../conversation/thread";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { Refusal } from "../ui/Notice";
import { ModelNotice } from "./ModelNotice";
import { setProgress } from "./progress";
import styles from "./Start.module.css";

/** The first sentence, ready to be said. */
export function Ask() {
  const { t } = useTranslation();
  const { send } = useThread();
  const [own, setOwn] = useState("");
  const said = useRef({ text: "", key: "", thread: "" });
  const ask = useMutation({
    mutationFn: (text: string) => {
      // The same sentence sent again, because an answer was lost, begins one conversation.
      if (said.current.text !== text) said.current = { text, key: newId(), thread: newId() };
      return send(text, said.current.key, said.current.thread);
    },
    onSuccess: (thread) => {
      setProgress({ left: true });
      go({ thread, panel: matchMedia("(width < 860px)").matches ? "talk" : "week" });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (own.trim()) ask.mutate(own.trim());
  };
  return (
    <>
      <ul className={styles.asks}>
        {t("start.asks", { returnObjects: true }).map((text) => (
          <li key={text}>
            <Button onPress={() => ask.mutate(text)} isDisabled={ask.isPending}>
              {text}
            </Button>
          </li>
        ))}
      </ul>
      <form className={styles.own} onSubmit={submit}>
        <Field label={t("start.own")} value={own} onChange={setOwn} />
        <Button type="submit" isDisabled={!own.trim() || ask.isPending}>
          {t("start.send")}
        </Button>
      </form>
      <Refusal error={ask.error} />
      <ModelNotice />
    </>
  );
}
