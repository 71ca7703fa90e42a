-- The baseline's tables, made anew for each measurement.
DROP SCHEMA IF EXISTS baseline CASCADE;
CREATE SCHEMA baseline;
CREATE TABLE baseline.request (id bigserial PRIMARY KEY, student_id bigint NOT NULL,
                               mode text NOT NULL);
CREATE TABLE baseline.item (id bigserial PRIMARY KEY, request_id bigint NOT NULL,
                            section_id bigint NOT NULL);
GRANT USAGE ON SCHEMA baseline TO PUBLIC;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA baseline TO PUBLIC;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA baseline TO PUBLIC;
