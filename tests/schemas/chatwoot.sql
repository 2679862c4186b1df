-- The tables of Chatwoot that a reader of its conversations needs, with the names and types of its
-- published schema (db/schema.rb). Times are UTC without a zone, as Rails writes them.
CREATE TABLE inboxes (
    id serial PRIMARY KEY,
    channel_id integer NOT NULL,
    account_id integer NOT NULL,
    name varchar NOT NULL,
    channel_type varchar,
    timezone varchar DEFAULT 'UTC',
    csat_survey_enabled boolean DEFAULT false,
    csat_config jsonb NOT NULL DEFAULT '{}'
);
CREATE TABLE users (
    id serial PRIMARY KEY,
    provider varchar NOT NULL DEFAULT 'email',
    uid varchar NOT NULL DEFAULT '',
    encrypted_password varchar NOT NULL DEFAULT '',
    name varchar NOT NULL,
    email varchar,
    availability integer DEFAULT 0
);
CREATE TABLE teams (
    id bigserial PRIMARY KEY,
    name varchar NOT NULL,
    description text,
    allow_auto_assign boolean DEFAULT true,
    account_id bigint NOT NULL
);
CREATE TABLE contacts (
    id serial PRIMARY KEY,
    name varchar DEFAULT '',
    email varchar,
    phone_number varchar,
    account_id integer NOT NULL,
    created_at timestamp NOT NULL,
    custom_attributes jsonb DEFAULT '{}',
    identifier varchar,
    blocked boolean NOT NULL DEFAULT false
);
CREATE TABLE conversations (
    id serial PRIMARY KEY,
    account_id integer NOT NULL,
    inbox_id integer NOT NULL,
    status integer NOT NULL DEFAULT 0,
    assignee_id integer,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    contact_id bigint,
    display_id integer NOT NULL,
    additional_attributes jsonb DEFAULT '{}',
    uuid uuid NOT NULL DEFAULT gen_random_uuid(),
    identifier varchar,
    last_activity_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
    team_id bigint,
    snoozed_until timestamp,
    custom_attributes jsonb DEFAULT '{}',
    first_reply_created_at timestamp,
    priority integer,
    sla_policy_id bigint,
    waiting_since timestamp(6),
    cached_label_list text,
    UNIQUE (account_id, display_id)
);
CREATE TABLE reporting_events (
    id bigserial PRIMARY KEY,
    name varchar,
    value double precision,
    account_id integer,
    inbox_id integer,
    user_id integer,
    conversation_id integer,
    created_at timestamp(6) NOT NULL,
    updated_at timestamp(6) NOT NULL,
    value_in_business_hours double precision,
    event_start_time timestamp,
    event_end_time timestamp
);
CREATE TABLE csat_survey_responses (
    id bigserial PRIMARY KEY,
    account_id bigint NOT NULL,
    conversation_id bigint NOT NULL,
    message_id bigint NOT NULL UNIQUE,
    rating integer NOT NULL,
    feedback_message text,
    contact_id bigint NOT NULL,
    assigned_agent_id bigint,
    created_at timestamp(6) NOT NULL,
    updated_at timestamp(6) NOT NULL
);
CREATE TABLE messages (
    id serial PRIMARY KEY,
    content text,
    account_id integer NOT NULL,
    inbox_id integer NOT NULL,
    conversation_id integer NOT NULL,
    message_type integer NOT NULL,
    created_at timestamp NOT NULL,
    updated_at timestamp NOT NULL,
    private boolean NOT NULL DEFAULT false,
    status integer DEFAULT 0,
    content_type integer NOT NULL DEFAULT 0,
    content_attributes json DEFAULT '{}',
    sender_type varchar,
    sender_id bigint,
    sentiment jsonb DEFAULT '{}'
);
