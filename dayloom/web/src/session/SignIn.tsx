import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/Button";
import { Field } from "../ui/Field";
import { useSignIn } from "./queries";
import styles from "./session.module.css";

/** The token, and a word when it is refused. */
export function SignIn({ about }: { about: string }) {
  const { t } = useTranslation();
  const [token, setToken] = useState("");
  const { mutate, error, isPending } = useSignIn();
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        mutate(token.trim());
      }}
    >
      <p>{about}</p>
      <Field
        label={t("conversation.session.token")}
        type="password"
        autoComplete="current-password"
        value={token}
        onChange={setToken}
        error={error?.message}
        autoFocus
      />
      <Button kind="primary" type="submit" isDisabled={isPending || !token.trim()}>
        {t("conversation.session.signIn")}
      </Button>
    </form>
  );
}
