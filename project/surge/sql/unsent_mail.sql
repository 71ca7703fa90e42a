-- Letters that still have to be sent.
SELECT count(*) FROM notifications_mail WHERE sent_at IS NULL
