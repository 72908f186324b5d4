# Copyright (c) 2026 renderfarm.file_cache authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each call of the web service answers: one method for each verb and name."""

from ..state import disk, jobfile, repository, tasks
from ..state.ids import new_id
from ..state.jobs import NoSuchJob
from . import web_forms as forms
from .service import Refused

FOLDERS = {"root": "", "bin": "bin", "settings": "settings", "events": "events",
           "customevents": "custom/events", "plugins": "plugins",
           "customplugins": "custom/plugins", "scripts": "scripts",
           "customscripts": "custom/scripts"}
SYSTEMS = {"linux": "linux", "windows": "windows", "mac": "mac", "macos": "mac"}
# What PUT /api/jobs calls a change of state, and the farm's word for it.
STATES = {"pend": "pend", "releasepending": "release", "suspend": "suspend", "resume": "resume",
          "resumefailed": "resume", "requeue": "requeue", "complete": "complete", "fail": "fail",
          "delete": "delete"}
PARTS = {"info": forms.worker_info, "settings": forms.worker_settings,
         "infosettings": lambda worker: {"Info": forms.worker_info(worker),
                                         "Settings": forms.worker_settings(worker)}}


def _words(text):
    return [word for word in text.split(",") if word]


class Calls:
    def __init__(self, runtime):
        self._runtime = runtime

    @property
    def _database(self):
        return self._runtime.database

    # -- the repository ------------------------------------------------------------------

    def get_repository(self, request):
        name = request.query.get("Directory", "root").lower()
        if name not in FOLDERS:
            raise Refused(400, "Unknown directory: %s" % name)
        return self._runtime.repository_path(FOLDERS[name]).rstrip("/\\")

    def post_mappedpaths(self, request):
        """Paths as a client of a GIVEN system and region reads them (deadline 141)."""
        body = request.json()
        system = SYSTEMS.get(str(body.get("OS", "")).lower())
        if system is None or not isinstance(body.get("Paths"), list):
            raise Refused(400, "OS (Linux, Windows or Mac) and Paths are needed")
        return [repository.map_path(self._database, path, system, body.get("Region", "none"))
                for path in body["Paths"]]

    def get_pools(self, _):
        return ["none"] + self._database.get("farm", "pools", [])

    def get_groups(self, _):
        return ["none"] + self._database.get("farm", "groups", [])

    def get_plugins(self, request):
        """Names only: settings cannot be had here (deadline 140)."""
        kind = "events" if request.query.get("EventNames", "").lower() == "true" else "plugins"
        found = set()
        for parent in (kind, "custom/" + kind):
            found.update(disk.names("%s/repository/%s" % (self._runtime.folder, parent)))
        return sorted(found)

    # -- workers -------------------------------------------------------------------------

    def get_slaves(self, request):
        workers = self._database.bodies("workers")
        wanted = [name.lower() for name in _words(request.query.get("Name", ""))]
        if wanted:
            workers = [worker for worker in workers if worker["name"].lower() in wanted]
        if request.query.get("NamesOnly", "").lower() == "true":
            return [worker["name"] for worker in workers]
        part = PARTS.get(request.query.get("Data", "infosettings").lower())
        if part is None:
            raise Refused(400, "Unknown data: %s" % request.query["Data"])
        return [part(worker) for worker in workers]

    # -- jobs ----------------------------------------------------------------------------

    def _job(self, job):
        try:
            return self._runtime.jobs.get(job)
        except NoSuchJob:
            raise Refused(404, "There is no job %s" % job)

    def _form(self, document):
        return forms.job(document, tasks.of_job(self._database, document["id"]))

    def get_jobs(self, request):
        jobs = self._database.bodies("jobs")
        if "JobID" in request.query:
            wanted = _words(request.query["JobID"])
            jobs = [job for job in jobs if job["id"] in wanted]
        if "States" in request.query:
            states = request.query["States"].lower().split(",")
            jobs = [job for job in jobs if job["status"].lower() in states]
        if request.query.get("IdOnly", "").lower() == "true":
            return [job["id"] for job in jobs]
        return [self._form(job) for job in jobs]

    def post_jobs(self, request):
        """A submission, or several; their events fire here."""
        body = request.json()
        if "Jobs" in body:
            return self._submit_all(body["Jobs"], str(body.get("Dependent", "")).lower() == "true")
        job = self._submit(body)
        return {"_id": job} if body.get("IdOnly") else self._form(self._job(job))

    def _submit_all(self, bodies, dependent):
        """Each waits for the one before it, when all of them do or it says so itself."""
        before = None
        for body in bodies:
            waits = dependent or str(body.get("DependsOnPrevious", "")).lower() == "true"
            info = {"JobDependency0": before} if waits and before else {}
            before = self._submit(dict(body, JobInfo=dict(body.get("JobInfo") or {}, **info)))
        return "Success"

    def _submit(self, body):
        paths = []
        for name in ("JobInfo", "PluginInfo"):
            if not isinstance(body.get(name), dict):
                raise Refused(400, "%s is missing" % name)
            text = "".join("%s=%s\n" % pair for pair in body[name].items())
            paths.append(self._runtime.files.join(self._runtime.temp, name + new_id()))
            self._runtime.files.write(paths[-1], text.encode("utf-8"))
        try:
            return self._runtime.submit(paths + (body.get("AuxFiles") or []))
        except (jobfile.JobFileError, FileNotFoundError) as problem:
            raise Refused(400, str(problem))

    def put_jobs(self, request):
        body = request.json()
        wish = str(body.get("Command", "")).lower()
        if wish == "save":
            sent = body.get("Job") or {}
            document = self._job(sent.get("_id", ""))
            self._runtime.jobs.save(document["id"], *forms.saved(document, sent))
        elif wish in STATES:
            self._job(body.get("JobID", ""))
            getattr(self._runtime.jobs, STATES[wish])(body["JobID"])
        else:
            raise Refused(400, "Unknown command: %s" % wish)
        return "Success"

    def delete_jobs(self, request):
        for job in _words(request.query.get("JobID", "")):
            self._job(job)
            self._runtime.jobs.delete(job)
        return "Success"

    def get_tasks(self, request):
        job = self._job(request.query.get("JobID", ""))
        return {"Tasks": [forms.task(task) for task in tasks.of_job(self._database, job["id"])]}

    def put_tasks(self, request):
        body = request.json()
        job = self._job(body.get("JobID", ""))
        if str(body.get("Command", "")).lower() != "requeue":
            raise Refused(400, "Unknown command: %s" % body.get("Command"))
        chosen = body.get("TaskList", [task["id"] for task in self._runtime.jobs.tasks(job["id"])])
        chosen = chosen if isinstance(chosen, list) else [chosen]
        self._runtime.jobs.requeue_tasks(job["id"], [str(number) for number in chosen])
        return "Success"

    # -- reports -------------------------------------------------------------------------

    def _reports(self, request, task=None):
        job = self._job(request.query.get("JobID", ""))
        data = request.query.get("Data", "all").lower()
        found = [report for report in self._database.bodies("reports", job["id"] + "/")
                 if task in (None, report["task"]) and (report["kind"] in data or "all" in data)]
        if "contents" not in data:
            return [forms.report(report) for report in found]
        return [disk.text("%s/repository/%s" % (self._runtime.folder, report["file"]))
                for report in found]

    def get_jobreports(self, request):
        return self._reports(request)

    def get_taskreports(self, request):
        return self._reports(request, request.query.get("TaskID", "0"))
