-- The tables of osTicket that a reader of its tickets needs, with the names and types of its
-- published installer. Times are wall times of the database's zone.
CREATE TABLE ost_ticket (
    ticket_id int(11) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    number varchar(20),
    user_id int(11) unsigned NOT NULL DEFAULT 0,
    status_id int(10) unsigned NOT NULL DEFAULT 0,
    dept_id int(10) unsigned NOT NULL DEFAULT 0,
    sla_id int(10) unsigned NOT NULL DEFAULT 0,
    topic_id int(10) unsigned NOT NULL DEFAULT 0,
    staff_id int(10) unsigned NOT NULL DEFAULT 0,
    team_id int(10) unsigned NOT NULL DEFAULT 0,
    flags int(10) unsigned NOT NULL DEFAULT 0,
    ip_address varchar(64) NOT NULL DEFAULT '',
    source enum('Web', 'Email', 'Phone', 'API', 'Other') NOT NULL DEFAULT 'Other',
    isoverdue tinyint(1) unsigned NOT NULL DEFAULT 0,
    isanswered tinyint(1) unsigned NOT NULL DEFAULT 0,
    duedate datetime DEFAULT NULL,
    reopened datetime DEFAULT NULL,
    closed datetime DEFAULT NULL,
    lastupdate datetime DEFAULT NULL,
    created datetime NOT NULL,
    updated datetime NOT NULL
) DEFAULT CHARSET=utf8;
CREATE TABLE ost_ticket__cdata (
    ticket_id int(11) unsigned NOT NULL PRIMARY KEY,
    subject mediumtext,
    priority mediumtext
) DEFAULT CHARSET=utf8;
CREATE TABLE ost_ticket_priority (
    priority_id tinyint(4) NOT NULL AUTO_INCREMENT PRIMARY KEY,
    priority varchar(60) NOT NULL DEFAULT '',
    priority_desc varchar(30) NOT NULL DEFAULT '',
    priority_urgency tinyint(1) unsigned NOT NULL DEFAULT 0,
    ispublic tinyint(1) NOT NULL DEFAULT 1
) DEFAULT CHARSET=utf8;
CREATE TABLE ost_ticket_status (
    id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name varchar(60) NOT NULL DEFAULT '',
    state varchar(16) DEFAULT NULL,
    properties text NOT NULL
) DEFAULT CHARSET=utf8;
CREATE TABLE ost_thread (
    id int(11) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    object_id int(11) unsigned NOT NULL,
    object_type char(1) NOT NULL,
    extra text,
    created datetime NOT NULL,
    KEY object_id (object_id)
) DEFAULT CHARSET=utf8;
CREATE TABLE ost_thread_entry (
    id int(11) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    pid int(11) unsigned NOT NULL DEFAULT 0,
    thread_id int(11) unsigned NOT NULL DEFAULT 0,
    staff_id int(11) unsigned NOT NULL DEFAULT 0,
    user_id int(11) unsigned NOT NULL DEFAULT 0,
    type char(1) NOT NULL DEFAULT '',
    flags int(11) unsigned NOT NULL DEFAULT 0,
    poster varchar(128) NOT NULL DEFAULT '',
    title varchar(255),
    body text NOT NULL,
    format varchar(16) NOT NULL DEFAULT 'html',
    created datetime NOT NULL,
    updated datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
    KEY thread_id (thread_id)
) DEFAULT CHARSET=utf8;
CREATE TABLE ost_thread_event (
    id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    thread_id int(11) unsigned NOT NULL DEFAULT 0,
    thread_type char(1) NOT NULL DEFAULT '',
    event_id int(11) unsigned DEFAULT NULL,
    staff_id int(11) unsigned NOT NULL DEFAULT 0,
    team_id int(11) unsigned NOT NULL DEFAULT 0,
    dept_id int(11) unsigned NOT NULL DEFAULT 0,
    topic_id int(11) unsigned NOT NULL DEFAULT 0,
    data varchar(1024) DEFAULT NULL,
    username varchar(128) NOT NULL DEFAULT 'SYSTEM',
    annulled tinyint(1) unsigned NOT NULL DEFAULT 0,
    timestamp datetime NOT NULL
) DEFAULT CHARSET=utf8;
CREATE TABLE ost_event (
    id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name varchar(60) NOT NULL
) DEFAULT CHARSET=utf8;
CREATE TABLE ost_staff (
    staff_id int(11) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    dept_id int(10) unsigned NOT NULL DEFAULT 0,
    username varchar(32) NOT NULL DEFAULT '',
    firstname varchar(32) DEFAULT NULL,
    lastname varchar(32) DEFAULT NULL,
    passwd varchar(128) DEFAULT NULL,
    signature text
) DEFAULT CHARSET=utf8;
CREATE TABLE ost_team (
    team_id int(10) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    lead_id int(10) unsigned NOT NULL DEFAULT 0,
    flags int(10) unsigned NOT NULL DEFAULT 1,
    name varchar(125) NOT NULL DEFAULT '',
    notes text
) DEFAULT CHARSET=utf8;
CREATE TABLE ost_department (
    id int(11) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    pid int(11) unsigned DEFAULT NULL,
    name varchar(128) NOT NULL DEFAULT '',
    path varchar(128) NOT NULL DEFAULT '/'
) DEFAULT CHARSET=utf8;
CREATE TABLE ost_help_topic (
    topic_id int(11) unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    topic_pid int(10) unsigned NOT NULL DEFAULT 0,
    topic varchar(128) NOT NULL DEFAULT '',
    notes text
) DEFAULT CHARSET=utf8;
INSERT INTO ost_event (id, name) VALUES
    (1, 'created'), (2, 'closed'), (3, 'reopened'), (4, 'assigned'), (6, 'transferred');
INSERT INTO ost_ticket_priority (priority_id, priority, priority_urgency) VALUES
    (1, 'low', 4), (2, 'normal', 3), (3, 'high', 2), (4, 'emergency', 1);
INSERT INTO ost_ticket_status (id, name, state, properties) VALUES
    (1, 'Open', 'open', ''), (2, 'Resolved', 'closed', ''), (3, 'Closed', 'closed', ''),
    (4, 'Archived', 'archived', ''), (5, 'Deleted', 'deleted', '');
INSERT INTO ost_department (id, name, path) VALUES (1, '客服部', '/1/'), (2, '技术部', '/2/');
