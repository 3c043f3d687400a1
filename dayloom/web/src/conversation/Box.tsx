import { ArrowUp, Square } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../api/client";
import { go } from "../app/route";
import { IconButton } from "../ui/Button";
import { toast, toastError } from "../ui/toasts";
import styles from "./Box.module.css";
import { useDraft } from "./draft";
import { onSuggestion } from "./suggestion";
import { useThread } from "./thread";

/** Where to type. What is typed stays until it is known to have arrived. */
export function Box() {
  const { t } = useTranslation();
  const { id, card, working, send, stop } = useThread();
  const { draft, type, clear } = useDraft(id);
  const [sending, setSending] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() =>
    onSuggestion((text) => {
      type(text);
      area.current?.focus();
    }),
  );
  const ready = draft.text.trim() !== "" && !sending;
  const submit = async () => {
    if (!ready) return;
    setSending(true);
    try {
      const thread = await send(draft.text.trim(), draft.key, draft.thread);
      clear();
      // The box of a new conversation takes nothing more: that of the begun one follows at once.
      if (id === null) go({ thread });
      else setSending(false);
    } catch (error) {
      setSending(false);
      // Who is signed out is asked to sign in; the words wait meanwhile.
      if (!(error instanceof ApiProblem && error.status === 401))
        toast({ text: t("conversation.notSent", { why: error instanceof Error ? error.message : String(error) }) });
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While words are put together, as in Chinese, Enter chooses one of them.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void submit();
  };
  return (
    <form
      className={styles.box}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <textarea
        ref={area}
        aria-label={t("conversation.message")}
        placeholder={t(card ? "conversation.answerHere" : "conversation.say")}
        value={draft.text}
        readOnly={sending}
        rows={1}
        onChange={(event) => type(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {working && (
        <IconButton icon={Square} label={t("conversation.stop")} onPress={() => void stop().catch(toastError)} />
      )}
      <IconButton type="submit" icon={ArrowUp} label={t("conversation.send")} isDisabled={!ready} />
    </form>
  );
}
