import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../api/session";
import icon from "../icon.svg";
import { Dialog } from "../ui/Dialog";
import { Loaded } from "../ui/Notice";
import { useWho } from "./queries";
import { SignIn } from "./SignIn";
import styles from "./session.module.css";

/** Lets in who may come in. Whoever is signed out later signs in over the page, and what they typed is still there. */
export function Gate({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const who = useWho();
  const { ended } = useSession();
  return (
    <Loaded query={who}>
      {(known) =>
        known && known.sign_in.length > 0 && known.user === null && !ended ? (
          <Door />
        ) : (
          <>
            {children}
            <Dialog title={t("conversation.session.title")} isOpen={ended}>
              <SignIn about={t("conversation.session.again")} />
            </Dialog>
          </>
        )
      }
    </Loaded>
  );
}

function Door() {
  const { t } = useTranslation();
  return (
    <main className={styles.door}>
      <section className={styles.card} aria-labelledby="sign-in">
        <img src={icon} alt="" width={44} height={44} />
        <h1 id="sign-in">{t("conversation.session.title")}</h1>
        <SignIn about={t("conversation.session.about")} />
      </section>
    </main>
  );
}
