import { LogOut } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/Button";
import { toastError } from "../ui/toasts";
import { useSignOut, useWho } from "./queries";
import styles from "./session.module.css";

/** Who is signed in, with the way out; nothing where nobody needs to be. */
export function SignedIn() {
  const { t } = useTranslation();
  const { data } = useWho();
  const { mutate } = useSignOut();
  if (!data?.user || data.sign_in.length === 0) return null;
  return (
    <div className={styles.signedIn}>
      <span>{t("conversation.session.user", { user: data.user })}</span>
      <Button icon={LogOut} onPress={() => mutate(undefined, { onError: toastError })}>
        {t("conversation.session.signOut")}
      </Button>
    </div>
  );
}
