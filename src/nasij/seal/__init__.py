"""All cryptography. Nobody else imports the crypto library."""
