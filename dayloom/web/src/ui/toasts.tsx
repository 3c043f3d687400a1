import { X } from "lucide-react";
import {
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "./Button";
import styles from "./toasts.module.css";

interface Told {
  text: string;
  /** What can be done about it, as one word. */
  action?: { name: string; act: () => void };
}

const queue = new ToastQueue<Told>({ maxVisibleToasts: 3 });

/** Tell what has happened, in a corner; screen readers hear it. What offers something to do stays longer. */
export function toast(told: Told): void {
  queue.add(told, { timeout: told.action ? 20_000 : 6_000 });
}

/** Tell what went wrong. */
export function toastError(error: unknown): void {
  toast({ text: error instanceof Error ? error.message : String(error) });
}

export function Toasts() {
  const { t } = useTranslation();
  return (
    <ToastRegion queue={queue} className={styles.region ?? ""}>
      {({ toast: one }) => (
        <Toast toast={one} className={styles.toast ?? ""}>
          <ToastContent className={styles.content ?? ""}>
            <Text slot="title">{one.content.text}</Text>
            {one.content.action && (
              <Button
                kind="quiet"
                onPress={() => {
                  one.content.action?.act();
                  queue.close(one.key);
                }}
              >
                {one.content.action.name}
              </Button>
            )}
          </ToastContent>
          <IconButton slot="close" icon={X} label={t("app.close")} />
        </Toast>
      )}
    </ToastRegion>
  );
}
